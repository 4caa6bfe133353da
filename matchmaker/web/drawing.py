"""How templates are drawn: what stays the same is worked out when a template is read, not each time it is shown."""

from __future__ import annotations

from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from jinja2 import Template

# Functions that templates call with a text first, and the filter of the same that is called without detours.
FILTERS = {"_": "text_of_page", "asset": "asset", "icon": "icon"}
WITH_CONSTANTS = {"_"}
FUNCTIONS = {FunctionType, MethodType}


class PageContext(Context):
    """A context that calls macros, which make up most of a page, and functions without asking first what they are."""

    def call(self, called: Any, *args: Any, **options: Any) -> Any:
        """Call something from a template."""
        kind = type(called)
        is_plain = kind in FUNCTIONS and not hasattr(called, "jinja_pass_arg")
        if kind is not Macro and not is_plain:
            return super().call(called, *args, **options)
        options.pop("_block_vars", None)
        options.pop("_loop_vars", None)
        if is_plain:
            return called(*args, **options)
        given = self._given(called, args, options)
        if given is None:
            return called(self.eval_ctx, *args, **options)
        return Markup(called._func(*given))  # noqa: S704, SLF001 - As a macro draws itself, with nothing left to sort out.

    def _given(self, macro: Macro, args: tuple[Any, ...], options: dict[str, Any]) -> Sequence[Any] | None:
        """Return all that a macro takes, in its order; None where the macro itself has to sort it out."""
        names = macro.arguments
        is_odd = len(args) > len(names) or macro.catch_varargs or macro.catch_kwargs or "caller" in names
        if is_odd or not self.eval_ctx.autoescape:
            return None
        if not options and len(args) == len(names) and not macro.caller:
            return args
        left = dict(options)
        given = [*args, *[left.pop(name, missing) for name in names[len(args) :]]]
        if macro.caller:
            given.append(left.pop("caller", None) or self.environment.undefined("No caller defined", name="caller"))
        return None if left else given


class PageCode(CodeGenerator):
    """The code of a template, which writes values through ``html``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.html(")


def html(value: Any) -> str:
    """Return a value as the HTML that stands for it: as ``escape`` does, but for what goes straight into a page.

    What is joined with the rest of a page need not be marked as HTML first, and a page has hundreds of values.
    """
    kind = type(value)
    if kind is Markup:
        return value
    return _escape_inner(value) if kind is str else escape(value)


class PageEnvironment(Environment):
    """Templates whose texts are looked up directly and whose unchanging parts are drawn once."""

    context_class = PageContext
    code_generator_class = PageCode
    html = staticmethod(html)  # For the code of templates, which knows its environment by name.

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._at_hand: dict[str, Template] = {}

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002
        """Return a template by its name: one that was read is at hand while files do not change below a running site.

        A page imports a dozen, and Jinja's own store keeps an order of use that each look at it moves.
        """
        if globals or self.auto_reload:
            return super().get_template(name, parent, globals)
        found = self._at_hand.get(name)
        if found is None:
            found = self._at_hand[name] = super().get_template(name, parent)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template knows besides its values: one mapping for all, as every import compares it."""
        return super().make_globals(d) if d else self.globals

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
        shorter: nodes.Template = _Shorter(self).visit(source)
        return super()._generate(shorter, *args, **options)


class _Shorter(NodeTransformer):
    """Turn calls of a few known functions into filters: of what is constant, Jinja keeps the outcome."""

    def __init__(self, environment: PageEnvironment) -> None:
        self._environment = environment

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja names its visitors so.
        """Replace a call where its function is a known one."""
        self.generic_visit(call)
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        if name not in FILTERS or not call.args or call.dyn_args or call.dyn_kwargs:
            return call
        if name in WITH_CONSTANTS and not isinstance(call.args[0], nodes.Const):
            return call
        first, *others = call.args
        short = nodes.Filter(first, FILTERS[name], others, call.kwargs, None, None, lineno=call.lineno)
        return short.set_environment(self._environment)
