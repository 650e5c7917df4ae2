"""Headers that keep foreign content out of the page, as a small ASGI middleware."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # gradio compiles templates in the browser
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
    )
)
POLICY_ELEMENT: Final = f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}">'
"""For the page that gradio's node server sends, as it does on a Space, past our headers."""
FRAMES: Final = "frame-ancestors 'self'"
FRAMES_OF_A_SPACE: Final = f"{FRAMES} https://huggingface.co https://*.huggingface.co https://*.hf.space"
"""A Space is shown inside a page of the Hub; elsewhere no foreign page may show this one and have it clicked."""
HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)


class SecurityHeaders:
    """Adds the policy and `HEADERS` to every answer over HTTP.

    Args:
        app: the application inside.
    """

    def __init__(self, app: Application) -> None:
        self.app = app
        frames = FRAMES_OF_A_SPACE if os.environ.get("SPACE_ID") else FRAMES
        policy = f"{CONTENT_SECURITY_POLICY}; {frames}".encode("ascii")
        self._headers = ((b"content-security-policy", policy), *HEADERS)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        await self.app(scope, receive, send_with_headers)
