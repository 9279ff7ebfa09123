# Builds the service with the system's libpq, which has TLS, then leaves everything behind but the one binary.
# Images are named by their exact version. To hold them to their content, too, append the digest that your registry tells
# (`docker buildx imagetools inspect IMAGE`): `IMAGE@sha256:…`.

FROM rust:1.95.0-bookworm AS build
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpq-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Cargo.toml Cargo.lock build.rs ./
COPY migrations migrations
COPY demo demo
COPY templates templates
COPY openapi openapi
# Not built here, but Cargo.toml names them.
COPY benches benches
COPY src src
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target,sharing=locked \
    cargo build --release --locked --no-default-features \
    && install -D target/release/involvement /out/involvement

FROM debian:bookworm-20260824-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libpq5 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 involvement \
    && useradd --uid 10001 --gid 10001 --no-log-init --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin involvement \
    && install --directory --owner 10001 --group 10001 --mode 0750 /var/lib/involvement
COPY --from=build /out/involvement /usr/local/bin/involvement
COPY docker/ready.sh /usr/local/bin/ready
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
VOLUME /var/lib/involvement
ENV BIND=0.0.0.0:8080 \
    RECEIPTS_URL=file:///var/lib/involvement/receipts \
    LOG_FORMAT=json
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["ready"]
ENTRYPOINT ["involvement"]
CMD ["serve"]
