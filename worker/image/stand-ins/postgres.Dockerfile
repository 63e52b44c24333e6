# A stand-in for the public image of PostgreSQL, where no registry is reachable: the same variables and folders, the server
# of Debian. The base has the packages already (scripts/stand-in).
ARG BASE
FROM ${BASE}
COPY worker/image/stand-ins/postgres.sh /usr/local/bin/entrypoint
RUN ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/ && mkdir -p /var/lib/postgresql/data /run/postgresql \
    && chown postgres:postgres /var/lib/postgresql/data /run/postgresql
ENV PGDATA=/var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
EXPOSE 5432
STOPSIGNAL SIGINT
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD pg_isready --quiet --host 127.0.0.1
ENTRYPOINT ["entrypoint"]
