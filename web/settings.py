"""The portal's settings, beside those that it shares with the workers; documented in docs/operating.md."""

from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from records.courses.time_zones import DEFAULT_TIME_ZONE, check_time_zone
from worker.settings import Port, ServiceSettings, read_as


class PortalSettings(ServiceSettings):
    """The settings of the web process."""

    web_host: str = "127.0.0.1"
    web_port: Port = 8000
    secret_key: SecretStr = SecretStr("")
    https: bool = False
    time_zone: str = DEFAULT_TIME_ZONE
    proxies: Annotated[int, Field(ge=0, le=10)] = 0

    @field_validator("time_zone")
    @classmethod
    def _is_time_zone(cls, name: str) -> str:
        check_time_zone(name)
        return name

    @property
    def web_address(self) -> str:
        """Where the web process listens, as HOST:PORT."""
        host = f"[{self.web_host}]" if ":" in self.web_host else self.web_host
        return f"{host}:{self.web_port}"


def read_portal_settings() -> PortalSettings:
    """Return the portal's settings, as `worker.settings.read_as` does."""
    return read_as(PortalSettings)
