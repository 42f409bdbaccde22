"""From tokens to HTML: what people wrote goes through an escape here, in markdown-it's attributes, or in Pygments."""

from collections.abc import Sequence

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from sandbox.page.markdown.highlight import highlighted
from sandbox.page.markdown.scope import Scope


class Renderer(RendererHTML):
    def text(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        """A new line breaks the line; where there is but one, it is a space."""
        scope: Scope = env["scope"]
        return escapeHtml(tokens[idx].content).replace("\n", " " if scope.given.kind.one_line else "<br>")

    def fence(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        token = tokens[idx]
        language = f' data-language="{escapeHtml(token.info)}"' if token.info else ""
        return f'<pre{language}><code class="code">{highlighted(token.content, token.info)}</code></pre>'
