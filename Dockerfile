# The command in an image: docker build -t planner . && docker run --rm -v "$PWD:/work" -e IMPLY_TOKEN planner plan
FROM python:3.12-slim AS build
COPY . /source
RUN pip install --no-cache-dir --prefix=/installed '/source[object-store,postgres,encrypt]'

FROM python:3.12-slim
# git: planner plan -base reads another commit with it, in a directory of whoever runs the container.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory /work \
    && useradd --uid 1000 --create-home planner
COPY --from=build /installed /usr/local
USER planner
WORKDIR /work
ENTRYPOINT ["planner"]
CMD ["--help"]
