"""LangChain and LangGraph in the sandbox: a chat model and tools made from an `Env`.

from sandbox.agents.langgraph import chat_model, tools

def build(env):
    return create_agent(chat_model(env), tools(env), system_prompt=env.instructions)
"""

from sandbox.agents.langgraph.prepare import prepare_langchain

prepare_langchain()  # before the first import of LangChain, so above the imports that bring it in

from sandbox.agents.langgraph.chat_model import SandboxChatModel, chat_model  # noqa: E402
from sandbox.agents.langgraph.tools import tools  # noqa: E402

__all__ = ["SandboxChatModel", "chat_model", "tools"]
