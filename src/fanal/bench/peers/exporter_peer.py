"""Reads a chat export with whatsapp-chat-exporter."""

import json
import sys

from Whatsapp_Chat_Exporter import exported_handler
from Whatsapp_Chat_Exporter.data_model import ChatCollection

data = exported_handler.messages(sys.argv[1], ChatCollection(), assume_first_as_me=True)
messages = [message for chat in data.values() for message in chat.values()]
events = sum(1 for message in messages if message.meta and message.mime != "media")
told = {"units": len(messages) - events, "events": events, "senders": len({m.sender for m in messages if m.sender})}
json.dump(told, sys.stdout)
