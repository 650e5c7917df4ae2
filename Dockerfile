# The app for those who host it themselves: docker build -t seq2seq-explorer . , or for an NVIDIA GPU:
# docker build -t seq2seq-explorer --build-arg TORCH=cu128 .
FROM python:3.12.11-slim-bookworm

# cpu, or a CUDA version of PyTorch's own index, such as cu128; the driver is the host's, all else is in the wheel.
ARG TORCH=cpu

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app
COPY requirements.txt .
RUN grep '^torch' requirements.txt > torch.txt \
    && pip install --index-url "https://download.pytorch.org/whl/${TORCH}" -r torch.txt \
    && pip install -r requirements.txt \
    && rm torch.txt

RUN useradd --uid 1000 --create-home explorer \
    && install -d -o explorer -g explorer -m 700 /data
COPY LICENSE README.md app.py ./
COPY checkpoints checkpoints
COPY seq2seq seq2seq

# Whoever reaches the port is a stranger: runs belong to browsers, and the limits are those of a Space.
ENV SEQ2SEQ_HOME=/data \
    SEQ2SEQ_SHARED=true \
    GRADIO_ANALYTICS_ENABLED=False \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860
VOLUME /data
EXPOSE 7860
USER 1000
HEALTHCHECK --interval=30s --timeout=10s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/', timeout=8)"]
CMD ["python", "app.py"]
