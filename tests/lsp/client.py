"""An editor's session with `infralint lsp`, by the client of pygls: client.py INFRALINT [REPOSITORY]

Works on a copy of the repository's infrastructure. Every answer is compared; the time from a keystroke to its diagnostic is
printed, and must be below 100 ms.
"""

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

LIMIT_MS = 100
KEYSTROKES = 20


class Editor:
    """One open editor. Documents are changed as an editor does it: by ranges, in UTF-16 code units."""

    def __init__(self, root: Path):
        self.root = root
        self.client = LanguageClient("editor", "1")
        self.shown: dict[str, list[lsp.Diagnostic]] = {}
        self.news = asyncio.Event()
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}

        @self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: lsp.PublishDiagnosticsParams):
            self.shown[params.uri] = list(params.diagnostics)
            self.news.set()

        @self.client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
        def registered(_params: lsp.RegistrationParams):
            return None

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    async def start(self, program: str) -> lsp.InitializeResult:
        await self.client.start_io(program, "lsp")
        workspace = lsp.WorkspaceClientCapabilities(
            workspace_edit=lsp.WorkspaceEditClientCapabilities(document_changes=True),
            did_change_watched_files=lsp.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        )
        result = await self.client.initialize_async(
            lsp.InitializeParams(
                capabilities=lsp.ClientCapabilities(workspace=workspace),
                workspace_folders=[lsp.WorkspaceFolder(uri=self.root.as_uri(), name="it")],
            )
        )
        self.client.initialized(lsp.InitializedParams())
        return result

    def open(self, path: str):
        uri = self.uri(path)
        self.texts[uri] = (self.root / path).read_text()
        self.versions[uri] = 1
        item = lsp.TextDocumentItem(uri=uri, language_id="terraform", version=1, text=self.texts[uri])
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=item))

    def position(self, path: str, needle: str, after: int = 0) -> lsp.Position:
        """Where a text stands in a document, moved by so many characters."""
        text = self.texts[self.uri(path)]
        at = text.index(needle) + after
        line = text.count("\n", 0, at)
        before = text[text.rfind("\n", 0, at) + 1 : at]
        return lsp.Position(line=line, character=len(before.encode("utf-16-le")) // 2)

    def replace(self, path: str, old: str, new: str):
        uri = self.uri(path)
        start, end = self.position(path, old), self.position(path, old, len(old))
        self.texts[uri] = self.texts[uri].replace(old, new, 1)
        self.versions[uri] += 1
        change = lsp.TextDocumentContentChangePartial(range=lsp.Range(start=start, end=end), text=new)
        document = lsp.VersionedTextDocumentIdentifier(uri=uri, version=self.versions[uri])
        params = lsp.DidChangeTextDocumentParams(text_document=document, content_changes=[change])
        self.client.text_document_did_change(params)

    async def until(self, path: str, wanted, what: str):
        """Waits until the diagnostics of a document are as wanted."""
        deadline = time.monotonic() + 30
        while not wanted(self.shown.get(self.uri(path), [])):
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), deadline - time.monotonic())
            except TimeoutError:
                raise SystemExit(f"{what}: not within 30 s; shown is {self.shown.get(self.uri(path))}") from None

    async def hover(self, path: str, needle: str, after: int = 0) -> str:
        params = lsp.HoverParams(lsp.TextDocumentIdentifier(self.uri(path)), self.position(path, needle, after))
        answer = await self.client.text_document_hover_async(params)
        return answer.contents.value if answer else ""

    async def definition(self, path: str, needle: str, after: int = 0) -> list[str]:
        document = lsp.TextDocumentIdentifier(self.uri(path))
        params = lsp.DefinitionParams(document, self.position(path, needle, after))
        answer = await self.client.text_document_definition_async(params)
        shown = lambda place: f"{place.uri.removeprefix(self.root.as_uri() + '/')}:{place.range.start.line + 1}"
        return [shown(place) for place in answer or []]

    async def actions(self, path: str, needle: str) -> list[lsp.CodeAction]:
        at = self.position(path, needle, 1)
        context = lsp.CodeActionContext(diagnostics=[])
        document = lsp.TextDocumentIdentifier(self.uri(path))
        params = lsp.CodeActionParams(document, lsp.Range(start=at, end=at), context)
        return list(await self.client.text_document_code_action_async(params) or [])

    async def completion(self, path: str, needle: str, after: int) -> list[str]:
        document = lsp.TextDocumentIdentifier(self.uri(path))
        params = lsp.CompletionParams(document, self.position(path, needle, after))
        answer = await self.client.text_document_completion_async(params)
        items = answer.items if isinstance(answer, lsp.CompletionList) else answer or []
        return [item.label for item in items]

    async def stop(self) -> int:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        server = self.client._server
        return await server.wait()


passed = 0


def holds(is_so: bool, what: str, shown=""):
    global passed
    if not is_so:
        raise SystemExit(f"FAILED {what}: {shown}")
    passed += 1
    print(f"ok {what}")


def codes(diagnostics: list[lsp.Diagnostic]) -> list[str]:
    return [str(diagnostic.code) for diagnostic in diagnostics]


VARIABLES = "stages/test/main/terraform.tfvars"
REDIS = "modules/redis/main.tf"
CALL = "stages/test/main/redis.tf"
NO_MULTI_AZ = "redis-ha/no-multi-az"


async def keystrokes(editor: Editor):
    """Types a mistake and takes it back, again and again; each time until the editor shows it."""
    setting, mistake = "multi_az                = true", "multi_az                = false"
    times = []
    for _ in range(KEYSTROKES):
        started = time.perf_counter()
        editor.replace(VARIABLES, setting, mistake)
        await editor.until(VARIABLES, lambda shown: NO_MULTI_AZ in codes(shown), "the mistake is shown")
        times.append((time.perf_counter() - started) * 1000)
        editor.replace(VARIABLES, mistake, setting)
        await editor.until(VARIABLES, lambda shown: NO_MULTI_AZ not in codes(shown), "it goes again")
    worst, middle = max(times), statistics.median(times)
    print(f"a keystroke is answered by its diagnostic after {middle:.0f} ms (median of {KEYSTROKES}), {worst:.0f} ms (worst)")
    return middle, worst


async def diagnostics(editor: Editor):
    editor.open(VARIABLES)
    editor.open(REDIS)
    editor.open(CALL)
    editor.replace(VARIABLES, "multi_az                = true", "multi_az                = false")
    await editor.until(REDIS, lambda shown: NO_MULTI_AZ in codes(shown), "what was judged is marked")
    [judged] = [d for d in editor.shown[editor.uri(REDIS)] if d.code == NO_MULTI_AZ]
    line = editor.texts[editor.uri(REDIS)].split("\n")[judged.range.start.line]
    marked = line[judged.range.start.character : judged.range.end.character]
    holds(marked == "var.multi_az", "the attribute that was judged is underlined", marked)
    hops = [about.location.uri for about in judged.related_information]
    holds(editor.uri(VARIABLES) in hops, "the way of the value leads to the variable file", hops)
    holds("fix: multi_az_enabled = true" in judged.message, "the message says what to write", judged.message)
    await editor.until(VARIABLES, lambda shown: NO_MULTI_AZ in codes(shown), "the line that decides is marked")


async def code_actions(editor: Editor):
    found = await editor.actions(VARIABLES, "multi_az                = false")
    titles = [action.title for action in found]
    [fix] = [action for action in found if action.title.startswith("Fix redis-ha/no-multi-az")]
    holds("review" in fix.title and not fix.is_preferred, "a fix that costs money says so, and is not preferred", titles)
    [document] = fix.edit.document_changes
    [edit] = document.edits
    holds(document.text_document.uri == editor.uri(VARIABLES) and edit.new_text == "true", "it edits the deciding line", fix)
    here = await editor.actions(REDIS, "var.multi_az")
    waivers = [action for action in here if action.title.startswith("Waive redis-ha/no-multi-az")]
    holds(len(waivers) == 2, "a waiver may stand above the block or above the call", [a.title for a in here])
    texts = {w.edit.document_changes[0].edits[0].new_text for w in waivers}
    holds(texts == {'# infralint:ignore redis-ha/no-multi-az reason=""\n'}, "it is a comment that asks for a reason", texts)
    editor.replace(VARIABLES, "multi_az                = false", "multi_az                = true")
    await editor.until(VARIABLES, lambda shown: NO_MULTI_AZ not in codes(shown), "the mistake is gone")


async def values(editor: Editor):
    hover = await editor.hover(REDIS, "1 + var.replicas", 8)
    holds("module.redis.var.replicas = 2" in hover, "hover tells what a variable is in the instance", hover)
    holds("stages/test/outputs.tf" in hover and "(output)" in hover, "and every hop it came by", hover)
    holds("number" in hover and "in stages/test/main" in hover, "with type and root module", hover)
    hover = await editor.hover(REDIS, "num_cache_clusters         =")
    holds("num_cache_clusters = 3" in hover and "optional" in hover, "an attribute: value and schema", hover)
    hover = await editor.hover(VARIABLES, "redis = {")
    holds("var.redis" in hover, "a name of a variable file", hover)
    hover = await editor.hover(CALL, "module.stage.redis_replicas", 15)
    holds("module.stage.redis_replicas = 2" in hover, "an output of a module", hover)


async def definitions(editor: Editor):
    to = await editor.definition(REDIS, "1 + var.replicas", 8)
    holds(any(p.startswith("modules/redis/variables.tf") for p in to), "a variable leads to its declaration", to)
    holds(any(p.startswith(CALL) for p in to), "and to the argument of the call", to)
    to = await editor.definition(CALL, "module.stage.redis_replicas", 15)
    holds(to and to[0].startswith("stages/test/outputs.tf"), "an output to the module that has it", to)
    to = await editor.definition(REDIS, "aws_elasticache_subnet_group.this.name")
    holds(to and to[0].startswith(REDIS), "a resource to its block", to)
    to = await editor.definition(CALL, "multi_az                = var.redis.multi_az", 2)
    holds(to and to[0].startswith("modules/redis/variables.tf"), "an argument to the variable it is given to", to)
    to = await editor.definition(VARIABLES, "redis = {")
    holds(to and to[0].startswith("stages/test/main/variables.tf"), "a variable file to the declaration", to)


async def completions(editor: Editor):
    editor.replace(REDIS, "  node_type      = var.node_type", "  node_type      = var.node_type\n  snap")
    names = await editor.completion(REDIS, "\n  snap", 7)
    holds("snapshot_arns" in names and "node_type" not in names, "arguments that the schema has and the block has not", names[:9])
    editor.replace(REDIS, "\n  snap\n", "\n  x = var.\n")
    names = await editor.completion(REDIS, "x = var.", 8)
    holds("replicas" in names, "variables behind var.", names)
    editor.replace(REDIS, "\n  x = var.\n", "\n")


async def utf16(editor: Editor):
    """Characters outside of the basic plane are two units each."""
    editor.replace(REDIS, "  description          = var.description", '  description = "😀😀 ${var.descriptoin}"')
    is_told = lambda shown: any("descriptoin" in d.message for d in shown)
    await editor.until(REDIS, is_told, "an undeclared variable is told")
    [told] = [d for d in editor.shown[editor.uri(REDIS)] if "descriptoin" in d.message]
    where = editor.position(REDIS, "var.descriptoin")
    holds(told.range.start == where, "behind surrogate pairs too", (told.range, where))
    [meant] = [a for a in await editor.actions(REDIS, "descriptoin") if a.title == "Write description"]
    edit = meant.edit.document_changes[0].edits[0]
    holds(edit.range.start == editor.position(REDIS, "descriptoin"), "the name that was meant is offered", edit)
    editor.replace(REDIS, '  description = "😀😀 ${var.descriptoin}"', "  description          = var.description")
    await editor.until(REDIS, lambda shown: not is_told(shown), "it goes again")


async def broken(editor: Editor):
    """What cannot be parsed in one file neither ends the server nor hides the rest."""
    editor.replace(CALL, 'module "redis" {', 'module "redis" {{{{ ${')
    await editor.until(CALL, lambda shown: len(shown) > 0, "a syntax error is told")
    editor.replace(CALL, 'module "redis" {{{{ ${', 'module "redis" {')
    await editor.until(CALL, lambda shown: not shown, "and goes again")


async def main(program: str, repository: Path):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "it works"
        for part in ("stages", "modules", "lib", "bin"):
            shutil.copytree(repository / part, root / part, ignore=shutil.ignore_patterns(".terraform"))
        (root / ".infralint.hcl").write_text("")
        editor = Editor(root)
        result = await editor.start(program)
        holds(result.server_info.name == "infralint", "the server says who it is")
        await diagnostics(editor)
        await code_actions(editor)
        await values(editor)
        await definitions(editor)
        await completions(editor)
        await utf16(editor)
        await broken(editor)
        middle, worst = await keystrokes(editor)
        holds(middle < LIMIT_MS, f"below {LIMIT_MS} ms", middle)
        code = await editor.stop()
        holds(code == 0, "it ends when the editor says so", code)
    print(f"{passed} passed, 0 failed")


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[2]
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else here))
