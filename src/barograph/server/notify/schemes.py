"""Which of Apprise's services messages may be sent through.

Left out on purpose: what posts to any address (`json`, `xml`, `form`, `apprise`), for which there is the signed
webhook; what shows windows or writes logs on the server itself (`dbus`, `gnome`, `syslog`, …); raw protocols (`amqp`,
`mqtt`, `irc`, `smpp`, `rsyslog`); what publishes to everybody (`reddit`, `twitter`, `instagram`, `github`).
"""

from __future__ import annotations

from typing import Final

_HOSTED: Final = (
    "slack", "workflow", "workflows", "discord", "gchat", "webex", "wxteams", "zoom", "cliq", "zcliq", "zohocliq",
    "flock", "ryver", "twist", "guilded", "groupme", "line", "viber", "telegram", "tgram", "signalgrid", "whatsapp",
    "threema", "dingtalk", "feishu", "lark", "wecombot", "wecom", "wechat", "qq", "kakaotalk", "kakao", "kook",
    "pagerduty", "opsgenie", "splunk", "victorops", "squadcast", "pagertree", "signl4", "ilert", "incidentio",
    "firehydrant", "betterstack", "xmatters", "jira", "spike", "notifiarr", "mailgun", "sendgrid", "sendpulse",
    "sparkpost", "postmark", "brevo", "resend", "mailersend", "smtp2go", "ses", "acs", "azure", "o365", "sns",
    "twilio", "vonage", "nexmo", "plivo", "sinch", "telnyx", "telesign", "msgbird", "msg91", "infobip", "clicksend",
    "clickatell", "bulksms", "bulkvs", "d7sms", "cm", "kaleyra", "klr", "exotel", "gupshup", "seven", "octopush",
    "smsc", "smsmgr", "smsmanager", "serwersms", "burstsms", "kudosity", "46elks", "elks", "freemobile", "atalk",
    "ringc", "voipms", "pover", "pbul", "pushy", "pushed", "push", "prowl", "simplepush", "spush", "join", "pushme",
    "pushdeer", "pushplus", "schan", "bark", "barks", "ifttt", "onesignal", "fcm",
)  # fmt: skip
_OWN: Final = (
    "mailto", "mailtos", "mmost", "mmosts", "rocket", "rockets", "matrix", "matrixs", "zulip", "ntfy", "ntfys",
    "gotify", "gotifys", "signal", "signals", "nctalk", "nctalks", "ncloud", "nclouds", "synology", "synologys",
    "goalert", "goalerts", "hassio", "hassios", "revolt", "mastodon", "mastodons", "toot", "toots", "misskey",
    "misskeys",
)  # fmt: skip
SCHEMES: Final = frozenset(_HOSTED + _OWN)
