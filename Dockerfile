# Two stages: one that installs and tries the program, one that holds nothing but Node and what was tried.
# To pin the base by digest: docker buildx imagetools inspect node:24-bookworm-slim, then
#   docker build --build-arg NODE=node:24-bookworm-slim@sha256:… .
ARG NODE=node:24-bookworm-slim

FROM ${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image has its own Node: the one that npm brings along for machines without it would double its size. Of SQLite
# this platform's binary is enough, without its source and those of others.
RUN npm ci --omit=dev && rm -rf node_modules/node-linux-* node_modules/.bin/node node_modules/sqlite3/deps && \
  find node_modules/sqlite3/prebuilds -name '*.node' ! -path "*/linux-$(node -p process.arch)/*" -delete
COPY src src
COPY .env.example config.example.yaml config.example.zh-CN.yaml LICENSE CHANGELOG.md ./
# One signal to its end, against the built-in Discord and exchange: an image that cannot trade is not made, on no
# platform. What Node compiles meanwhile is kept, so that a start under a read-only root is as quick as any: under the
# number of the user, so that the other one needs a name for it.
RUN WEB_PORT=0 node src/start.js sandbox --once --fast && \
  for kept in node_modules/.cache/*/v*-0; do ln -s "${kept##*/}" "${kept%-0}-$(id -u node)"; done

FROM ${NODE}
# The second line is what src/allocator.js would see to itself, by starting once more.
ENV NODE_ENV=production WEB_HOST=0.0.0.0 \
    MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072
COPY --from=build /app /app
# .env, config.yaml and data/ are in the volume; the program itself is never written.
RUN mkdir /data && chown node:node /data && chmod 700 /data
VOLUME /data
WORKDIR /data
USER node
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "/app/src/healthcheck.js"]
ENTRYPOINT ["node", "--disable-sigusr1", "/app/src/start.js"]
