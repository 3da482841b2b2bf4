# syntax=docker/dockerfile:1
# Three stages: web pages, program, and what runs, which holds neither compiler
# nor sources.

FROM node:20-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM golang:1.26-bookworm AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/dist web/dist
RUN CGO_ENABLED=0 go build -trimpath -tags timetzdata -o /wangge ./cmd/wangge

# debian rather than distroless: shapefiles are read by ogr2ogr of gdal-bin.
FROM debian:12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates gdal-bin \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/wangge --create-home wangge
COPY --from=program /wangge /usr/local/bin/wangge
USER wangge
WORKDIR /var/lib/wangge
VOLUME /var/lib/wangge
EXPOSE 8080
ENV WANGGE_ADDR=:8080
ENTRYPOINT ["wangge"]
CMD ["serve"]
