# Stand-ins for the public base images, of Debian trixie's own packages, for machines that can pull no image.
# Each keeps the part of the original's contract that the stack relies on.
ARG DEBIAN
FROM ${DEBIAN} AS python
RUN --mount=type=cache,target=/var/lib/apt/lists --mount=type=cache,target=/var/cache/apt \
    apt-get update -qq && apt-get install -qq -y --no-install-recommends python3 python3-venv \
 && ln -s python3 /usr/bin/python
CMD ["python3"]

FROM ${DEBIAN} AS postgres
RUN --mount=type=cache,target=/var/lib/apt/lists --mount=type=cache,target=/var/cache/apt \
    mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf \
 && apt-get update -qq && apt-get install -qq -y --no-install-recommends postgresql-17 postgresql-17-pgvector \
 && install -d -o postgres -g postgres /var/lib/postgresql/data /run/postgresql \
 && mkdir /docker-entrypoint-initdb.d
COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN chmod 755 /usr/local/bin/docker-entrypoint.sh
ENV PATH=/usr/lib/postgresql/17/bin:$PATH PGDATA=/var/lib/postgresql/data LANG=C.UTF-8
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]

FROM ${DEBIAN} AS redis
RUN --mount=type=cache,target=/var/lib/apt/lists --mount=type=cache,target=/var/cache/apt \
    apt-get update -qq && apt-get install -qq -y --no-install-recommends redis-server \
 && install -d -o redis -g redis /data
WORKDIR /data
VOLUME /data
USER redis
CMD ["redis-server", "--protected-mode", "no"]

FROM ${DEBIAN} AS nginx
RUN --mount=type=cache,target=/var/lib/apt/lists --mount=type=cache,target=/var/cache/apt \
    apt-get update -qq && apt-get install -qq -y --no-install-recommends nginx-light
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]

# Node.js from its wheel, whose folder is the build context of this stage: Debian's npm is several hundred packages.
FROM ${DEBIAN} AS node
COPY bin/node /usr/local/bin/node
COPY lib/node_modules/npm/ /usr/local/lib/node_modules/npm/
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
 && npm --version
CMD ["node"]
