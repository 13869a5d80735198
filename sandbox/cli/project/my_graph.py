"""Your agent as a LangGraph graph. Replace it with your own; keep `build(env)`.

Needs the extra: pip install 'agent-windtunnel[langgraph]'
"""

from langchain.agents import create_agent

from sandbox.agents.contract import Env
from sandbox.agents.langgraph import chat_model, tools


def build(env: Env):
    """Build one graph for one conversation; the sandbox runs it, and passes the user's words on."""
    return create_agent(chat_model(env), tools(env), system_prompt=env.instructions)
