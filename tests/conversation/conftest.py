from __future__ import annotations

from collections.abc import Callable

import pytest

from cxnlp.conversation.acknowledgement import is_acknowledgement
from tests.conversation.made_turns import Chat


@pytest.fixture(scope="session")
def chat() -> Chat:
    return Chat()


@pytest.fixture(scope="session")
def acknowledged(chat: Chat) -> Callable[[str], bool]:
    """Ask whether a text is an acknowledgement, whatever the model says of it."""
    return lambda text: is_acknowledgement(text, chat.prediction(text, 0.0))
