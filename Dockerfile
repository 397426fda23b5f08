FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
# For one platform: native libraries of all of them would make the image four times as large.
ARG TARGETARCH
RUN dotnet publish src/Mlops.Server --configuration Release --arch ${TARGETARCH:-amd64} --no-self-contained --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app ./
# Blocks write beside their project (titanic_clean.csv), so the user who runs them owns it.
COPY --chown=app:app projects/ /projects/
RUN mkdir /data /outputs && chown app:app /data /outputs
ENV ASPNETCORE_HTTP_PORTS="" \
    MLOPS_URLS=http://0.0.0.0:6789 \
    MLOPS_PROJECTS=/projects \
    MLOPS_DATA_DIR=/data \
    MLOPS_OUTPUTS=/outputs
VOLUME ["/data", "/outputs", "/projects"]
EXPOSE 6789
USER app
# Of a server: a worker listens nowhere and ends when something is wrong. The image has neither curl nor wget; bash speaks enough HTTP.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["bash", "-c", \
    "grep -qzx worker /proc/1/cmdline && exit 0; exec 3<>/dev/tcp/127.0.0.1/6789 && printf 'GET /health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && grep -q '^HTTP/1.[01] 200 ' <&3"]
ENTRYPOINT ["dotnet", "Mlops.Server.dll"]
