// SPDX-License-Identifier: EUPL-1.2
// The crew's desk in a real terminal: `twinstage top` at two sizes, its keys, its colours, what it does when things go
// wrong; `twinstage shell` with its completion and history.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stage, until, artefacts } from "./lib/stage.mjs";
import { Terminal } from "./lib/terminal.mjs";

const stage = new Stage("desk");
const terminals = [];
const program = join(stage.bin, "cli/twinstage");
const env = { TWINSTAGE_SOCKET: join(stage.dir, "state/twinstage.sock"), XDG_STATE_HOME: join(stage.dir, "home") };
let camera;

function terminal(words, size = {}) {
	const made = new Terminal(words, { ...size, env: { ...env, ...size.env } });
	terminals.push(made);
	return made;
}

before(async () => {
	await stage.start();
	for (let i = 1; i <= 7; i++) await stage.crew("source", "add", `cam-${i}`, "test");
	await stage.crew("source", "add", "kamera-ä", "srt");
	await stage.crew("scene", "add", "stage", "pip");
	await stage.crew("scene", "place", "stage", "cam-1");
	await stage.crew("scene", "place", "stage", "kamera-ä");
	await stage.crew("scene", "add", "panel", "side");
	await stage.crew("scene", "place", "panel", "cam-2");
	await stage.crew("scene", "place", "panel", "cam-3");
	await stage.crew("scene", "add", "wide", "full");
	await stage.crew("scene", "place", "wide", "cam-4");
	await stage.crew("invite", "Zoë Ångström");
	await stage.crew("cut", "stage");
	await stage.crew("preview", "panel");
	camera = stage.camera("kamera-ä", "blue", 440);
	await stage.sourceState("kamera-ä", "live");
	await stage.sourceState("cam-7", "live");
});

after(async () => {
	for (const one of terminals) one.end();
	await stage.end();
});

// A screen whose numbers, levels and blanks are all alike.
function plain(screen) {
	return screen
		.replace(/\d\d:\d\d:\d\d/g, "TIME")
		.replace(/[♪ ][█▏▎▍▌▋▊▉│·]{4,}/g, " BAR")
		.replace(/(?<=\d)(ms|%)/g, "")
		.replace(/(?<![\w-])[+-]?\d+(\.\d+)?(?![\w.]|-\d)/g, "N")
		.replace(/ -(?= |$)/gm, " N")
		.replace(/[ \t]+/g, " ")
		.split("\n")
		.map((line) => line.trim());
}

function keep(name, screen) {
	writeFileSync(join(artefacts, `desk-${name}.txt`), screen);
	return screen;
}

const ready = /CPU \d+%[^]*kamera-ä +PGM live +\d/;

test("top at 80x24: program, preview, every source, bus and speaker at once", async () => {
	const top = terminal([program, "top"]);
	const screen = keep("80x24", await top.shows(ready));
	const lines = screen.split("\n");
	assert.ok(lines.length <= 25, `${lines.length} lines`);
	for (const line of lines) assert.ok([...line].length <= 80, line);
	// The last lines are events, and which came last is nobody's to say.
	assert.deepEqual(plain(screen).slice(0, 5), [
		"TIME CPU N, left N of N missed N N viewers, N screens, room auto",
		"PROGRAM stage pip PREVIEW panel side",
		plain(screen)[2],
		plain(screen)[3],
		plain(screen)[4],
	]);
	assert.match(lines[2], /┌cam-1─+┐ ( +)?[┌[]cam-2/);
	const from = lines.findIndex((line) => line.startsWith("SCENES"));
	assert.deepEqual(plain(lines.slice(from, from + 15).join("\n")), [
		"SCENES >N stage N panel N wide",
		"SOURCE AIR STATE FPS LOSS DELAY LIPS N dB N PEAK LUFS",
		">cam-1 PGM live N N N N BAR N N",
		"cam-2 pvw live N N N N BAR N N",
		"cam-3 pvw live N N N N BAR N N",
		"cam-4 live N N N N BAR N N",
		"cam-5 live N N N N BAR N N",
		"cam-6 live N N N N BAR N N",
		"cam-7 live N N N N BAR N N",
		"kamera-ä PGM live N N N N BAR N N",
		"BUS PEERS FPS KBIT/S ENCODE N dB N PEAK LUFS",
		"program N N N N BAR N N",
		"room N N N N BAR N N",
		"SPEAKER STATE LINE IN LOSS JITTER KBIT/S OUT LOSS RTT KBIT/S",
		"Zoë Ångström absent N N N N N N N",
	]);
	assert.match(lines[23], /^1-9 p preview {2}t take .*q quit/);
	// Meters move.
	await until("a meter to move", () => top.screen() !== screen);
});

test("top at 200x60: two columns, and pictures of the boxes", async () => {
	const top = terminal([program, "top"], { width: 200, height: 60 });
	const screen = keep("200x60", await top.shows(ready));
	const lines = screen.split("\n");
	assert.match(lines[2], /^┌cam-1─+┐ +┌cam-2─+┐ ┌cam-3─+┐$/);
	const inset = lines.findIndex((line) => line.includes("┌kamera-ä─"));
	assert.ok(inset > 8 && inset < 19, `the inset begins in line ${inset}`);
	const heading = lines.find((line) => line.includes(" SOURCE "));
	assert.match(heading, /SOURCE +AIR STATE +FPS +LOSS DELAY +LIPS -60 dB +0 +PEAK +LUFS +SPEAKER +STATE +LINE/);
	assert.match(screen, /EVENTS\n/);
	// Bars stand under each other.
	const columns = lines.filter((line) => /(PGM|pvw) live|^ program|^ room/.test(line)).map((line) => line.search(/[█▏▎▍▌▋▊▉│·]{4,}/));
	assert.equal(new Set(columns).size, 1, `${columns}`);
	top.type("q");
	await top.ended();
});

const air = async () => {
	const { program, preview } = await stage.crew("status");
	return `${program}/${preview}`;
};

test("keys preview, take, mix, cut, mute; the answer stands in the bottom line", async () => {
	const top = terminals[0];
	top.type("3");
	await until("wide on preview", async () => (await air()) === "stage/wide");
	await top.shows(/program: stage, preview: wide\n*$/);
	await top.shows(/PREVIEW +wide/);
	top.type("t");
	await until("the take", async () => (await air()) === "wide/stage");
	top.press("Space");
	await until("the take back", async () => (await air()) === "stage/wide");
	top.type("x");
	await until("the mix", async () => (await air()) === "wide/stage");
	await stage.event("transition_ended");
	top.press("Left");
	await top.shows(/>2 panel/);
	top.type("p");
	await until("panel on preview", async () => (await air()) === "wide/panel");
	top.press("Left");
	await top.shows(/>1 stage/);
	top.type("c");
	await until("the cut", async () => (await air()) === "stage/panel");
	top.press("Down", "Down");
	await top.shows(/\n>cam-3/);
	top.type("m");
	await until("the mute", async () => (await stage.source("cam-3")).muted);
	await top.shows(/>cam-3 .* mute /);
	top.type("m");
	await until("the sound again", async () => !(await stage.source("cam-3")).muted);
});

test("a command line, a title, the page of keys, and a refusal", async () => {
	const top = terminals[0];
	top.type(":scene add \"später\" grid; cut nowhere");
	await top.shows(/: scene add "später" grid; cut nowhere/);
	top.press("Enter");
	await top.shows(/no scene "nowhere" \(have: stage, panel, wide, später\)/);
	await top.shows(/SCENES.* 4 später/);
	top.type("9");
	await top.shows(/there are not so many scenes/);
	top.type("TJörg / Chef");
	await top.shows(/title \(name \/ role; nothing: off\): Jörg \/ Chef/);
	assert.equal(await air(), "stage/panel");
	top.press("Enter");
	await until("the title", async () => (await stage.crew("overlay", "list")).overlays.some((one) => JSON.stringify(one).includes("Jörg")));
	top.type("TNobody");
	top.press("Escape");
	await top.shows(/1-9 p preview/);
	top.type("?");
	await top.shows(/take: swap preview and program[^]*any key goes back/);
	top.type("t");
	await top.shows(/SCENES/);
	assert.equal(await air(), "stage/panel");
});

test("a camera that is gone and a microphone at its limit stand out", async () => {
	const top = terminals[0];
	const loud = stage.ffmpeg({
		streamid: "laut",
		audio: "sine=frequency=1000:sample_rate=48000,volume=30dB",
		codec: ["-c:a", "aac", "-b:a", "256k", "-ac", "2"],
	});
	await stage.crew("source", "add", "laut", "srt");
	await top.shows(/laut +live.* CLIP /, 30);
	await stage.kill(camera, "SIGKILL");
	await top.shows(/kamera-ä +PGM (lost|stalled)/, 30);
	keep("trouble", top.screen());
	const escapes = top.screen({ escapes: true });
	// Magenta ground, which no tally light has.
	assert.match(escapes, /\x1b\[[\d;]*45m(\x1b\[[\d;]*m)*(lost|stalled)/);
	assert.match(escapes, /\x1b\[[\d;]*45m(\x1b\[[\d;]*m)* CLIP/);
	assert.match(escapes, /\x1b\[[\d;]*41m(\x1b\[[\d;]*m)* PROGRAM/);
	assert.match(escapes, /\x1b\[[\d;]*42m(\x1b\[[\d;]*m)* PREVIEW/);
	await stage.kill(loud, "SIGKILL");
	await stage.sourceState("laut", "lost");
	await stage.crew("source", "remove", "laut");
});

test("top follows the window's size, and says when it is too small", async () => {
	const top = terminals[0];
	top.resize(70, 20);
	await top.shows(/70x20 is too small: make it 80x24/);
	assert.doesNotMatch(top.screen(), /PROGRAM|SOURCE/);
	top.resize(132, 40);
	const screen = await top.shows(/PROGRAM +stage[^]*SOURCE[^]*q quit/);
	assert.ok(screen.split("\n").some((line) => [...line].length > 90));
	top.resize(80, 24);
	await until("80x24 again", () => top.screen().split("\n").every((line) => [...line].length <= 80) && /q quit/.test(top.screen()));
});

test("without UTF-8 and without colours everything can still be read", async () => {
	const top = terminal(["env", "TERM=vt100", "LANG=C", "LC_ALL=C", program, "top"]);
	const screen = await top.shows(/cam-1 +PGM live[^]*q quit/);
	assert.match(screen.replace(/\n/g, ""), /^[\x20-\x7e]+$/);
	assert.match(screen, /cam-2 +pvw live +\d.*[ *]#+[|#-]+/);
	assert.doesNotMatch(top.screen({ escapes: true }), /\x1b\[(3|4)[0-7]m/);
	top.type("q");
	await top.ended();
	const grey = terminal([program, "top"], { env: { NO_COLOR: "1" } });
	await grey.shows(/cam-1 +PGM live/);
	assert.doesNotMatch(grey.screen({ escapes: true }), /\x1b\[(3|4)[0-7]m/);
	grey.type("q");
	await grey.ended();
});

test("a daemon that was killed is missed, and found again", async () => {
	const top = terminals[0];
	await stage.kill(stage.daemon, "SIGKILL");
	await top.shows(/^ NO SERVER ANSWERS at .*trying again/);
	top.type("t");
	await top.shows(/not done: no server answers|NO SERVER/);
	await stage.start();
	await top.shows(/^\d\d:\d\d:\d\d {2}CPU \d[^]*PROGRAM +stage/, 30);
	await top.shows(/cam-1 +PGM live/);
});

test("a daemon that says nothing is not taken for one that is well", async () => {
	const top = terminals[0];
	stage.daemon.kill("SIGSTOP");
	await top.shows(/^ THE SERVER HAS SAID NOTHING for \d+ s/);
	stage.daemon.kill("SIGCONT");
	await top.shows(/^\d\d:\d\d:\d\d {2}CPU/);
});

test("the terminal is left as it was, also by a signal", async () => {
	const line = `stty -g; ${program} top; echo "left $?"; stty -g; exec cat`;
	for (const end of ["q", "SIGTERM", "SIGHUP"]) {
		const shell = terminal(["sh", "-c", line], { width: 200 });
		await shell.shows(/PROGRAM +stage/);
		const parent = shell.tmux("list-panes", "-F", "#{pane_pid}").trim();
		const child = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim();
		if (end === "q") shell.type("q");
		else process.kill(Number(child), end);
		const [, before, status, after] = /([\da-f:]{20,})\s+left (\d+)\s+([\da-f:]{20,})/.exec(await shell.shows(/left \d+\s+[\da-f:]{20,}/)) ?? [];
		assert.equal(after, before);
		assert.equal(status, "0");
		shell.end();
	}
});

// ---- the shell ----

test("shell: Tab completes commands and live names, the prompt says what is on air", async () => {
	const shell = terminal([program, "shell"]);
	await shell.shows(/\[stage \| panel\] >$/m);
	shell.type("prev");
	shell.press("Tab");
	await shell.shows(/> preview$/m);
	shell.type("wi");
	shell.press("Tab");
	await shell.shows(/> preview wide$/m);
	shell.press("Enter");
	await shell.shows(/program: stage, preview: wide\n\[stage \| wide\] >/);
	// Somebody else takes, in the middle of a word: the prompt changes, the word stays.
	shell.type("source set kam");
	await shell.shows(/> source set kam/);
	await stage.crew("take");
	await shell.shows(/\[wide \| stage\] > source set kam$/m);
	shell.press("Tab");
	await shell.shows(/> source set kamera-ä$/m);
	shell.type(" --mu");
	shell.press("Tab");
	shell.enter("on");
	await until("the mute", async () => (await stage.source("kamera-ä")).muted);
	// What cannot be completed is listed, with what it is.
	shell.type("speaker ");
	shell.press("Tab");
	await shell.shows(/admit +Let a speaker be seen and heard[^]*mute /);
	shell.type("ad");
	shell.press("Tab");
	shell.type("Zo");
	shell.press("Tab");
	await shell.shows(/> speaker admit "Zoë Ångström"/);
	shell.press("Enter");
	await until("her admission", async () => (await stage.crew("speaker", "list")).speakers[0].admitted);
	assert.match(shell.screen({ escapes: true }), /\x1b\[[\d;]*41m(\x1b\[[\d;]*m)*wide/);
});

test("shell: history, several commands in a line, errors that end nothing", async () => {
	const shell = terminals.at(-1);
	shell.enter("preview panel; tkae; cut stage # and a remark");
	await shell.shows(/no command "tkae" \(did you mean take\?\)[^]*\[stage \| panel\] >/);
	shell.enter("cut 'half");
	await shell.shows(/a quote does not end/);
	shell.enter("source add hidden srt --passphrase correct-horse-battery");
	await shell.shows(/source hidden: created|hidden.*created/);
	shell.press("Up", "Up");
	await shell.shows(/> preview panel; tkae; cut stage # and a remark$/m);
	shell.press("C-c");
	await shell.shows(/\^C\n\[stage \| panel\] >/);
	shell.enter("help cut");
	await shell.shows(/usage: twinstage cut SCENE/);
	shell.enter("quit");
	await shell.ended();
	const file = join(stage.dir, "home/twinstage/history");
	assert.equal(statSync(file).mode & 0o777, 0o600);
	assert.doesNotMatch(readFileSync(file, "utf8"), /correct-horse/);
	// The next shell knows them, too.
	const next = terminal([program, "shell"]);
	await next.shows(/\] >/);
	next.press("Up", "Up", "Up");
	await next.shows(/> cut 'half$/m);
	next.press("C-u", "C-d");
	await next.ended();
});

const script = (text) =>
	new Promise((done) => {
		const child = execFile(program, ["shell"], { env: { ...process.env, ...env }, timeout: 15000 }, (error, out, err) =>
			done({ code: error ? error.code : 0, out, err }),
		);
		child.stdin.end(text);
	});

test("shell: a script from a pipe, its exit status and the line that failed", async () => {
	const good = await script("# the evening\npreview wide; take\n\nscene add 'zum Schluss' grid\nversion\n");
	assert.equal(good.code, 0, good.err);
	assert.match(good.out, /preview: wide\nprogram: wide[^]*zum Schluss[^]*twinstage /);
	const bad = await script("cut nowhere\ncut \"stage\ncut stage\n");
	assert.equal(bad.code, 1);
	assert.match(bad.err, /no scene "nowhere"[^]*line 1 was not done[^]*line 2: a quote does not end/);
	assert.match(bad.out, /program: stage/);
	assert.equal((await script("quit; cut wide\ncut wide\n")).code, 0);
	assert.equal((await air()).split("/")[0], "stage");
});
