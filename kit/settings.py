"""Everything that may differ between two installations, read once at the front door and passed down."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_LENGTH = 32


class Settings(BaseSettings):
    """Read from the environment: ``LAZO_*``, and ``DATABASE_URL`` and ``REDIS_URL`` by their usual names."""

    model_config = SettingsConfigDict(env_prefix="LAZO_", extra="ignore", frozen=True)

    env: Literal["demo", "production"] = "demo"
    data_dir: Path = Path(".lazo")
    secret: SecretStr = SecretStr("")

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=1, le=65535)
    public_url: str = ""
    signaling_host: str = "127.0.0.1"
    signaling_port: int = Field(default=8081, ge=1, le=65535)
    signaling_url: str = Field(default="", description="As the browser reaches it; the public URL behind a proxy")
    media_port: int = Field(default=8082, ge=1, le=65535)

    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    redis_url: str = Field(default="", validation_alias="REDIS_URL")
    database_pool: int = Field(default=10, ge=1)

    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=8025, ge=1, le=65535)
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_start_tls: bool = False
    mail_from: str = "Lazo <hola@lazo.example>"

    ice_servers: list[str] = Field(default_factory=list, description="STUN URLs handed to browsers")

    access_minutes: int = 15
    refresh_days: int = 7
    hold_minutes: int = 15
    join_early_minutes: int = 10
    join_late_minutes: int = 30
    confirm_hours: int = Field(default=48, description="After the call: silence this long confirms by the written rule")

    @model_validator(mode="after")
    def _urls(self) -> Self:
        if not self.public_url:
            object.__setattr__(self, "public_url", f"http://{self.http_host}:{self.http_port}")
        if not self.signaling_url:
            object.__setattr__(self, "signaling_url", f"http://{self.signaling_host}:{self.signaling_port}")
        if self.env == "production" and len(self.secret.get_secret_value()) < SECRET_LENGTH:
            raise ValueError("LAZO_SECRET must hold at least 32 characters in production")
        return self

    @classmethod
    def load(cls) -> Self:
        """Read the environment; raises pydantic's ValidationError naming the variable that is wrong."""
        return cls()

    @property
    def is_demo(self) -> bool:
        """True where /try and /dev exist and the sandbox gateway is offered."""
        return self.env == "demo"

    @property
    def secure_cookies(self) -> bool:
        """Cookies carry Secure and the ``__Host-`` prefix wherever the public address is https."""
        return self.public_url.startswith("https://")

    @property
    def secret_key(self) -> bytes:
        """The key that signs tickets and tokens."""
        return self.secret.get_secret_value().encode()
