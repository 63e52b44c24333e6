# What the images have that is not ours: Python, pinned wheels, and what the base lacks. Built by scripts/images, and
# apart from the code, so that a change to that is quick to build.
# Nothing is fetched in here: all of it lies in build/image/FLAVOUR already. Written for the classic builder too, so
# without mounts, here-documents or COPY options of BuildKit.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS packages
LABEL org.gradeloop.stage=packages
ARG FLAVOUR
COPY build/image/${FLAVOUR}/wheels /wheels
COPY worker/image/requirements/${FLAVOUR}.txt /requirements.txt
RUN set -- /wheels/pip-*.whl \
    && python3 "$1/pip" install --quiet --root-user-action ignore --disable-pip-version-check --no-cache-dir --no-compile \
      --no-deps --no-index --find-links /wheels --require-hashes --requirement /requirements.txt --target /packages

FROM ${BASE}
ARG FLAVOUR
ARG SITE
COPY build/image/${FLAVOUR}/programs /usr/bin
# Benches run Python with /usr/bin:/bin for a PATH. Nothing in a container is to gain what its user has not.
RUN set -eu; \
    for name in python python3; do [ -e /usr/bin/$name ] || ln -s "$(command -v python3)" /usr/bin/$name; done; \
    find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY --from=packages /packages ${SITE}
# Compiled here, for whoever runs this may not write. Some packages carry a file that is not meant for this Python.
RUN python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash "${SITE}" || true
