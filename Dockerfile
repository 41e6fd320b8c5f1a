# Worker und Befehlszeile der Laufmappe, ohne Rechte und ohne Werkzeuge zum Bauen.
FROM python:3.13.7-slim-bookworm AS bau
WORKDIR /bau
COPY requirements-betrieb.lock ./
RUN python -m venv /laufmappe \
    && /laufmappe/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-betrieb.lock
COPY . .
RUN /laufmappe/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.13.7-slim-bookworm
RUN groupadd --gid 10001 laufmappe \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /daten --shell /usr/sbin/nologin laufmappe \
    && install -d -o laufmappe -g laufmappe -m 0750 /daten \
    && install -d -o laufmappe -g laufmappe -m 0700 /schluessel
COPY --from=bau /laufmappe /laufmappe
ENV PATH=/laufmappe/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 LAUFMAPPE_DATEN=/daten LAUFMAPPE_SCHLUESSEL=/schluessel
USER laufmappe
WORKDIR /daten
VOLUME /daten /schluessel
CMD ["laufmappe", "worker"]
