# A stand-in for the public image of Redis, where no registry is reachable: the same variables and folders, the server
# of Debian. The base has the packages already (scripts/stand-in).
ARG BASE
FROM ${BASE}
COPY worker/image/stand-ins/redis.sh /usr/local/bin/entrypoint
RUN mkdir /data && chown redis:redis /data
VOLUME /data
WORKDIR /data
EXPOSE 6379
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD redis-cli ping | grep --quiet PONG
ENTRYPOINT ["entrypoint"]
