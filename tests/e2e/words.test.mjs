// SPDX-License-Identifier: EUPL-1.2
// The crew's words as they are typed: completion by a real bash and a real zsh with the names of the running show, the man pages as
// a terminal shows them, colours, and waiting for a state.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { http, root, Stage, until } from "./lib/stage.mjs";
import { Terminal } from "./lib/terminal.mjs";

const stage = new Stage("words");
const rc = mkdtempSync(join(tmpdir(), "twinstage-rc-"));
const shells = {};

const programs = () => `PATH=${join(stage.bin, "cli")}:${stage.bin}:$PATH TWINSTAGE_SOCKET=${join(stage.dir, "state/twinstage.sock")}`;

function bash() {
	writeFileSync(
		join(rc, "bashrc"),
		`export ${programs()}\nPS1='> '\n. /usr/share/bash-completion/bash_completion\n. completion/twinstage.bash\nbind 'set bell-style none'\n`,
	);
	return new Terminal(["bash", "--noprofile", "--rcfile", join(rc, "bashrc")], { width: 100 });
}

function zsh() {
	writeFileSync(
		join(rc, ".zshrc"),
		`export ${programs()}\nPS1='> '\nsetopt no_beep\nfpath=(${root}/completion $fpath)\nautoload -Uz compinit\ncompinit -D -u\n`,
	);
	return new Terminal(["zsh", "-i"], { width: 100, env: { ZDOTDIR: rc } });
}

// Types a line, presses Tab until the screen shows what it should, and leaves an empty line behind.
async function tab(shell, typed, pattern) {
	const terminal = shells[shell];
	terminal.press("C-u", "C-l");
	await terminal.shows(/^>\s*$/);
	terminal.type(typed);
	await until(`${shell} to complete "${typed}" as ${pattern}`, () => {
		const before = terminal.screen();
		if (pattern.test(before)) return true;
		terminal.press("Tab");
		throw new Error(before);
	}, 15, 400);
}

before(async () => {
	await stage.start();
	await stage.crew("source", "add", "cam-a", "srt");
	await stage.crew("source", "add", "bars", "test");
	await stage.crew("scene", "add", "stage", "full");
	await stage.crew("scene", "place", "stage", "bars");
	await stage.crew("scene", "add", "panel", "grid");
	await stage.crew("invite", "Zoë Ångström");
	shells.bash = bash();
	shells.zsh = zsh();
	for (const shell of Object.values(shells)) await shell.shows(/^>/);
});

after(async () => {
	for (const shell of Object.values(shells)) shell.end();
	rmSync(rc, { recursive: true, force: true });
	await stage.end();
});

for (const shell of ["bash", "zsh"]) {
	test(`${shell} completes commands, live names, words, options and files`, async () => {
		await tab(shell, "twinstage unin", /^> twinstage uninvite/);
		await tab(shell, "twinstage scene ", /add[^]*place[^]*remove/);
		await tab(shell, "twinstage cut ", /panel[^]*stage|stage[^]*panel/);
		await tab(shell, "twinstage cut pa", /^> twinstage cut panel/);
		await tab(shell, "twinstage scene place panel b", /^> twinstage scene place panel bars/);
		await tab(shell, "twinstage source set cam-a --mu", /^> twinstage source set cam-a --mute/);
		await tab(shell, "twinstage take --with w", /^> twinstage take --with wipe/);
		await tab(shell, "twinstage show load conf/dem", /^> twinstage show load conf\/demo.show/);
		await tab(shell, "twinstaged --set video_k", /^> twinstaged --set video_kbps=/);
	});

	test(`${shell} quotes names that hold blanks, also within quotes`, async () => {
		await tab(shell, "twinstage speaker admit Z", /^> twinstage speaker admit Zoë\\ Ångström/);
		await tab(shell, 'twinstage mute "Zo', /^> twinstage mute "Zoë Ångström"/);
	});

	test(`${shell} completes conditions, part by part`, async () => {
		await tab(shell, "twinstage take --wait set", /^> twinstage take --wait settled/);
		await tab(shell, "twinstage --wait source:b", /^> twinstage --wait source:bars=/);
		await tab(shell, "twinstage --wait source:bars=li", /^> twinstage --wait source:bars=live/);
		await tab(shell, "twinstage --wait speaker:Z", /^> twinstage --wait speaker:Zoë\\ Ångström=/);
	});

	test(`${shell} completes what was made a moment ago, and the line runs`, async () => {
		await stage.crew("scene", "add", `fresh-${shell}`);
		await tab(shell, "twinstage preview fresh-", new RegExp(`^> twinstage preview fresh-${shell}`));
		shells[shell].press("Enter");
		await shells[shell].shows(new RegExp(`preview: fresh-${shell}`));
	});
}

test("completion without a server still knows the commands, says nothing else, and is quick", async () => {
	const begun = Date.now();
	const { code, out, err } = await stage.twinstage("--complete", "--socket", "/no/such", "scene", "");
	assert.deepEqual([code, err], [0, ""]);
	assert.match(out, /^add\tCreate an empty scene$/m);
	assert.deepEqual((await stage.twinstage("--complete", "--socket", "/no/such", "cut", "")).out, "");
	assert.ok(Date.now() - begun < 1000);
});

test("the man pages read well in a terminal of 80 columns", async () => {
	const pages = {
		"twinstage.1": [/^TWINSTAGE\(1\)/, /^NAME\n +twinstage - run a live show/m, /^ +scene place SCENE SOURCE \[--at RECT\]/m, /^EXIT STATUS$/m],
		"twinstaged.8": [/^TWINSTAGED\(8\)/, /^SYNOPSIS$/m, /^ +srt_port = 9000$/m, /^FILES$/m],
		"twinstage-show.5": [/^TWINSTAGE-SHOW\(5\)/, /Zoë Ångström/, /^SEE ALSO$/m],
	};
	for (const [page, patterns] of Object.entries(pages)) {
		const terminal = new Terminal(["sh", "-c", `man -P cat -l "${join(root, "docs/man", page)}"; exec sleep 60`], { env: { MANWIDTH: "80" } });
		try {
			await until(`the end of ${page}`, () => /^Twinstage [0-9.]+ .*\(\d\)\s*$/m.test(terminal.everything()));
			const text = terminal.everything();
			for (const pattern of patterns) assert.match(text, pattern, page);
			assert.doesNotMatch(text, /\\f|\\-|\\\(|‐/, `${page}: something of its source is shown`);
		} finally {
			terminal.end();
		}
	}
});

test("the show file that twinstage-show(5) ends with is one", async () => {
	const page = execFileSync("man", ["-P", "cat", "-l", join(root, "docs/man/twinstage-show.5")], {
		encoding: "utf8",
		env: { ...process.env, MANWIDTH: "120", LC_ALL: "C.UTF-8" },
	});
	const [, example] = /^EXAMPLES\n([^]*?)^SEE ALSO/m.exec(page);
	const path = join(rc, "example.show");
	writeFileSync(path, example);
	assert.ok(example.trim().split("\n").length > 10);
	const { code, err } = await stage.twinstage("show", "check", path);
	assert.deepEqual([code, err], [0, ""]);
});

test("program is red and preview green on a terminal, and nothing is coloured where nobody asks for it", async () => {
	const terminal = shells.bash;
	await stage.crew("preview", "panel");
	terminal.press("C-u", "C-l");
	terminal.enter("twinstage cut stage");
	await terminal.shows(/program: stage, preview: panel/);
	const screen = terminal.screen({ escapes: true });
	assert.match(screen, /\x1b\[(1;31|31;1|0;1;31|1m\x1b\[31)m?program: stage/);
	assert.match(screen, /\x1b\[(0;)?32mpreview: panel/);
	terminal.enter("clear; echo $((6 * 6))");
	await terminal.shows(/^\s*36$/m);
	for (const [i, how] of ["NO_COLOR=1 twinstage cut stage", "twinstage --color never cut stage", "TERM=dumb twinstage cut stage"].entries()) {
		// What stood there before was in colour.
		terminal.enter(`clear; ${how}; echo $((40 + ${i}))`);
		await terminal.shows(new RegExp(`^\\s*program: stage, preview: panel\n${40 + i}$`, "m"));
		assert.doesNotMatch(terminal.screen({ escapes: true }), /\x1b\[[0-9;]*3[0-9]m/, how);
	}
	assert.equal((await stage.twinstage("cut", "stage")).out, "program: stage, preview: panel\n");
	assert.match((await stage.twinstage("--color=always", "cut", "stage")).out, /^\x1b\[1;31mprogram: stage/);
	assert.match((await stage.twinstage("--color=always", "cut", "nix")).err, /^\x1b\[33mtwinstage: no scene "nix"/);
});

test("--wait comes back when the state is there", async () => {
	await stage.crew("cut", "stage");
	const begun = Date.now();
	await stage.crew("preview", "panel");
	await stage.crew("take", "--over", "1s", "--wait", "settled");
	assert.ok(Date.now() - begun >= 900);
	const { in_transition: inTransition, program } = await stage.crew("status");
	assert.deepEqual([inTransition, program], [false, "panel"]);

	// A camera that comes while it is waited for.
	const waiting = stage.twinstage("--wait", "source:cam-a=live", "--timeout", "30s");
	const camera = stage.camera("cam-a", "blue", 440);
	assert.deepEqual(await waiting, { code: 0, out: "", err: "" });
	assert.equal((await stage.source("cam-a")).state, "live");
	await stage.kill(camera, "SIGKILL");
	assert.equal((await stage.twinstage("--wait", "source:cam-a=lost", "--timeout", "30s")).code, 0);

	const muted = stage.twinstage("--wait", "speaker:Zoë Ångström=muted", "--timeout", "30s");
	await stage.crew("mute", "Zoë Ångström");
	assert.equal((await muted).code, 0);
});

test("--wait says what would work, and when it gives up", async () => {
	const refused = async (code, pattern, ...words) => {
		const answer = await stage.twinstage(...words);
		assert.equal(answer.code, code, answer.err);
		assert.match(answer.err, pattern);
		assert.equal(answer.err.trimEnd().split("\n").length, 1);
	};
	await refused(2, /have: settled, program=SCENE/, "cut", "panel", "--wait", "onair");
	await refused(2, /have: waiting, connected, live/, "cut", "panel", "--wait", "source:bars=fine");
	await refused(2, /no length of time/, "cut", "panel", "--wait", "settled", "--timeout", "soon");
	assert.notEqual((await stage.crew("status")).preview, "nothing"); // nothing of that was done
	await refused(1, /no "nix" \(sources: cam-a, bars, Zoë Ångström\)/, "--wait", "source:nix=live");
	await refused(1, /waited 300ms for program=stage: program is panel/, "--wait", "program=stage", "--timeout", "300ms");
	await refused(1, /no scene "nix"/, "cut", "nix", "--wait", "settled");
	await refused(3, /no daemon answers/, "--socket", "/no/such", "--wait", "settled");
});

// A server whose transition never ends and to which something happens all the time; counts how often it is asked.
function restlessServer(path) {
	const asked = { status: 0 };
	const server = createServer((socket) => {
		const send = (object) => socket.writable && socket.write(`${JSON.stringify(object)}\n`);
		const busy = setInterval(() => send({ event: { event: "tally_changed" }, text: "" }), 10);
		socket.on("close", () => clearInterval(busy)).on("error", () => {});
		const lines = createInterface({ input: socket }).on("error", () => {}); // says its input's errors again
		lines.on("line", (line) => {
			const isStatus = JSON.parse(line).words[0] === "status";
			if (isStatus) asked.status++;
			send({ text: "", data: isStatus ? { program: "", in_transition: true } : { events: [] } });
		});
	});
	return new Promise((done) => server.listen(path, () => done({ asked, end: () => server.close() })));
}

test("--wait asks at most four times a second, whatever happens", async () => {
	const path = join(rc, "restless.sock");
	const server = await restlessServer(path);
	const { code, err } = await stage.twinstage("--socket", path, "--wait", "settled", "--timeout", "2s");
	server.end();
	assert.equal(code, 1);
	assert.match(err, /waited 2s for settled: a transition is running/);
	assert.ok(server.asked.status >= 3 && server.asked.status <= 10, `asked ${server.asked.status} times in 2 s`);
});

test("the API describes itself to anybody", async () => {
	const answer = await http(stage, "GET", "/v1/openapi.json");
	assert.equal(answer.status, 200);
	assert.equal(answer.headers["content-type"], "application/json");
	const document = JSON.parse(answer.body);
	assert.equal(document.openapi, "3.1.0");
	assert.deepEqual(document.paths["/v1/take"].post.requestBody.content["application/json"].schema.properties.with.enum.slice(0, 2), ["cut", "mix"]);
	assert.equal((await http(stage, "POST", "/v1/openapi.json")).status, 405);
	assert.equal((await http(stage, "GET", "/v1/openapi.json", { headers: { "if-none-match": answer.headers.etag } })).status, 304);
	assert.equal((await http(stage, "POST", "/v1/take")).status, 401);
});
