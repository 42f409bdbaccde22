FROM python:3.12-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 TINYLLM_HOME=/data
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY tinyllm tinyllm
COPY bot bot
COPY cogs cogs
RUN useradd --system --home-dir /data --create-home tinyllm
USER tinyllm
VOLUME /data
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot"]
