"""What the gateway demands of a bot and allows it, with Discord's numbers unless a caller wants others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GatewayTerms:
    """`shards` is what `/gateway/bot` recommends; None for as many as the guilds need.

    `max_concurrency` None stands for Discord's 1, which is then enforced only for a bot that has shards: a bot
    that is restarted at once may identify at once. A number is enforced for every bot.
    `limited` False lifts what is counted: payloads a minute, identifies, and requests for all members.
    """

    shards: int | None = None
    guilds_per_shard: int = 2500
    max_concurrency: int | None = None
    session_starts: int = 1000
    heartbeat_interval: float = 41.25  # seconds
    limited: bool = True

    def recommended_shards(self, guilds: int) -> int:
        return self.shards or 1 + guilds // self.guilds_per_shard

    def too_many(self, guilds: int, shards: int) -> bool:
        """Whether a shard may not have so many guilds: a bot without shards has to stay below the limit."""
        return guilds > self.guilds_per_shard or (shards == 1 and guilds == self.guilds_per_shard)
