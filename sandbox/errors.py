"""Discord's refusals: the status, code and body that a bot gets for a request that is not served."""

from enum import Enum

from sandbox.wire import Json


class Why(Enum):
    """HTTP status, Discord's code, and Discord's words."""

    BAD_REQUEST = (400, 0, "400: Bad Request")
    UNAUTHORIZED = (401, 0, "401: Unauthorized")
    NOT_FOUND = (404, 0, "404: Not Found")
    UNKNOWN_APPLICATION = (404, 10002, "Unknown Application")
    UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
    UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
    UNKNOWN_INVITE = (404, 10006, "Unknown Invite")
    UNKNOWN_MEMBER = (404, 10007, "Unknown Member")
    UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
    UNKNOWN_OVERWRITE = (404, 10009, "Unknown Overwrite")
    UNKNOWN_ROLE = (404, 10011, "Unknown Role")
    UNKNOWN_USER = (404, 10013, "Unknown User")
    UNKNOWN_EMOJI = (404, 10014, "Unknown Emoji")
    NO_EMOJI = (400, 10014, "Unknown Emoji")  # to react with: only then it is a bad request
    UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
    UNKNOWN_BAN = (404, 10026, "Unknown Ban")
    UNKNOWN_STICKER = (404, 10060, "Unknown sticker")
    UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
    UNKNOWN_COMMAND = (404, 10063, "Unknown application command")
    UNKNOWN_VOICE_STATE = (404, 10065, "Unknown Voice State")
    UNKNOWN_COMMAND_PERMISSIONS = (404, 10066, "Unknown application command permissions")
    UNKNOWN_STAGE = (404, 10067, "Unknown Stage Instance")
    UNKNOWN_WELCOME_SCREEN = (404, 10069, "Unknown Guild Welcome Screen")
    UNKNOWN_EVENT = (404, 10070, "Unknown Guild Scheduled Event")
    UNKNOWN_TAG = (404, 10087, "Unknown Tag")
    NOT_FOR_BOTS = (403, 20001, "Bots cannot use this endpoint")
    SLOWMODE = (429, 20016, "This action cannot be performed due to slowmode rate limit")
    TOO_MANY_PINS = (400, 30003, "Maximum number of pins reached for the channel (250)")
    TOO_MANY_ROLES = (400, 30005, "Maximum number of guild roles reached (250)")
    TOO_MANY_WEBHOOKS = (400, 30007, "Maximum number of webhooks reached (15)")
    TOO_MANY_EMOJIS = (400, 30008, "Maximum number of emojis reached (50)")
    TOO_MANY_APPLICATION_EMOJIS = (400, 30008, "Maximum number of emojis reached (2000)")
    TOO_MANY_REACTIONS = (403, 30010, "Maximum number of reactions reached (20)")
    TOO_MANY_CHANNELS = (400, 30013, "Maximum number of guild channels reached (500)")
    TOO_MANY_ATTACHMENTS = (400, 30015, "Maximum number of attachments in a message reached (10)")
    TOO_MANY_COMMANDS = (400, 30032, "Maximum number of application commands reached (100)")
    TOO_MANY_MENUS = (400, 30032, "Maximum number of application commands reached (15)")
    TOO_MANY_EVENTS = (400, 30038, "Maximum number of uncompleted guild scheduled events reached (100)")
    TOO_MANY_STICKERS = (400, 30039, "Maximum number of stickers reached (5)")
    TOO_LARGE = (413, 40005, "Request entity too large")
    BANNED = (403, 40007, "The user is banned from this guild.")
    ONE_PARENT_AT_A_TIME = (400, 40009, "Only one channel can have a parent_id modified at a time")
    NOT_IN_VOICE = (400, 40032, "Target user is not connected to voice.")
    ALREADY_CROSSPOSTED = (400, 40033, "This message has already been crossposted.")
    COMMAND_EXISTS = (400, 40041, "An application command with that name already exists")
    FORUM = (400, 40058, "Cannot send a message in a forum channel")
    ALREADY_ANSWERED = (400, 40060, "Interaction has already been acknowledged.")
    TAGS_NOT_UNIQUE = (400, 40061, "Tag names must be unique")
    TAG_REQUIRED = (400, 40067, "A tag is required to create a forum post in this channel")
    MISSING_ACCESS = (403, 50001, "Missing Access")
    NOT_IN_DIRECT = (403, 50003, "Cannot execute action on a DM channel")
    WIDGET_DISABLED = (403, 50004, "Widget Disabled")
    NOT_THE_AUTHOR = (403, 50005, "Cannot edit a message authored by another user")
    EMPTY_MESSAGE = (400, 50006, "Cannot send an empty message")
    CANNOT_SEND_TO_USER = (403, 50007, "Cannot send messages to this user")
    NOT_A_TEXT_CHANNEL = (400, 50008, "Cannot send messages in a non-text channel")
    MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
    SYSTEM_MESSAGE = (403, 50021, "Cannot execute action on a system message")
    WRONG_CHANNEL_TYPE = (400, 50024, "Cannot execute action on this channel type")
    INVALID_WEBHOOK_TOKEN = (401, 50027, "Invalid Webhook Token")
    INVALID_ROLE = (400, 50028, "Invalid Role")
    TOO_OLD_TO_DELETE = (400, 50034, "You can only bulk delete messages that are under 14 days old.")
    INVALID_FORM = (400, 50035, "Invalid Form Body")
    INVALID_STICKER_FILE = (400, 50046, "Invalid file uploaded")
    INVALID_MESSAGE_TYPE = (400, 50068, "Invalid message type")
    INVALID_STICKER = (400, 50081, "Invalid sticker sent")
    THREAD_ARCHIVED = (400, 50083, "Thread is archived")
    THREAD_LOCKED = (403, 50083, "Thread is archived")  # what Discord says of a locked one too
    INVALID_JSON = (400, 50109, "The request body contains invalid JSON.")
    VOICE_HAS_CONTENT = (400, 50159, "Voice messages do not support additional content.")
    VOICE_NEEDS_AUDIO = (400, 50160, "Voice messages must have a single audio attachment.")
    VOICE_NEEDS_METADATA = (400, 50161, "Voice messages must have supporting metadata.")
    VOICE_STAYS = (400, 50162, "Voice messages cannot be edited.")
    NO_MUTUAL_GUILDS = (403, 50278, "Cannot send messages to this user due to having no mutual guilds")
    STAGE_IS_OPEN = (400, 150006, "The Stage is already open")
    REPLY_NEEDS_HISTORY = (400, 160002, "Cannot reply without permission to read message history")
    HAS_THREAD = (400, 160004, "A thread has already been created for this message")
    CANNOT_READ_FORWARDED = (403, 160014, "You cannot forward a message whose content you cannot read")
    EVENT_IS_OVER = (400, 180000, "Cannot update a finished event")
    WEBHOOK_NEEDS_THREAD = (400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id")
    WEBHOOK_HAS_TWO_THREADS = (
        400,
        220002,
        "Webhooks posted to forum channels cannot have both a thread_name and thread_id",
    )
    WEBHOOK_MAKES_NO_THREAD = (400, 220003, "Webhooks can only create threads in forum channels")
    NOBODY_BANNED = (400, 500000, "Failed to ban users")
    POLL_IS_OVER = (400, 520001, "Poll expired")
    POLL_STAYS = (400, 520003, "Cannot edit a poll message")
    POLL_EMOJI = (400, 520004, "Cannot use an emoji included with the poll")
    NOT_A_POLL = (400, 520006, "Cannot expire a non-poll message")


class DiscordError(Exception):
    """Raised anywhere while a request is served, and answered as Discord answers it."""

    def __init__(self, why: Why, errors: Json | None = None, *, retry_after: float | None = None) -> None:
        self.status, self.code, self.message = why.value
        self.why = why
        self.errors = errors
        self.retry_after = retry_after
        super().__init__(f"{self.message} ({self.code})")

    def body(self) -> Json:
        body: Json = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        if self.retry_after is not None:
            body["retry_after"] = self.retry_after
        return body
