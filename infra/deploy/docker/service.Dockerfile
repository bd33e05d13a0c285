# syntax=docker/dockerfile:1
# This file builds the image of the service that the argument SERVICE names. The build context is the repository's root.
#   docker build -f infra/deploy/docker/service.Dockerfile --build-arg SERVICE=api-service -t studybuddy/api-service .

# The jars are the same for all architectures, so the first two stages run without an emulator.
FROM --platform=$BUILDPLATFORM eclipse-temurin:25-jdk AS build
WORKDIR /source
RUN apt-get update && apt-get install -y --no-install-recommends curl unzip && rm -rf /var/lib/apt/lists/*
COPY . .
# A release passes its version. The poms name the version of the project only as a snapshot.
ARG VERSION=""
RUN if [ -n "$VERSION" ]; then \
      find . -name pom.xml -exec sed -i "s|<version>[^<]*-SNAPSHOT</version>|<version>$VERSION</version>|" {} + ; \
    fi
# This layer is equal for all services, so Docker builds it once. The build skips the tests, because CI runs them.
RUN --mount=type=cache,target=/m2 \
    ./mvnw -B -ntp -Dmaven.repo.local=/m2/repository -Dmaven.test.skip=true -Dspotless.check.skip=true \
      -pl api-service,outbox-publisher,mongo-projector -am package

FROM --platform=$BUILDPLATFORM eclipse-temurin:25-jdk AS layers
ARG SERVICE
WORKDIR /layers
COPY --from=build /source/${SERVICE}/target/${SERVICE}-*.jar application.jar
RUN java -Djarmode=tools -jar application.jar extract --layers --destination extracted

FROM eclipse-temurin:25-jre
RUN groupadd --system --gid 10001 studybuddy && useradd --system --uid 10001 --gid studybuddy --no-create-home studybuddy
WORKDIR /application
# The layers that change least come first, so that the cache keeps them.
COPY --from=layers /layers/extracted/dependencies/ ./
COPY --from=layers /layers/extracted/spring-boot-loader/ ./
COPY --from=layers /layers/extracted/snapshot-dependencies/ ./
COPY --from=layers /layers/extracted/application/ ./
COPY --chmod=0755 infra/deploy/docker/is-ready /usr/local/bin/is-ready
USER 10001:10001
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "-XX:+ExitOnOutOfMemoryError", "-jar", "application.jar"]
