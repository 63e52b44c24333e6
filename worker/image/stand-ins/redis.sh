#!/bin/sh
# Serves Redis with the options that are given, as the public image does.
set -eu

if [ "$(id -u)" = 0 ]; then
  chown -R redis:redis /data
  exec setpriv --reuid=redis --regid=redis --init-groups --inh-caps=-all -- "$0" "$@"
fi

# Who may reach it is for the network to say, as with the public image.
exec redis-server --bind '* -::*' --protected-mode no --dir /data "$@"
