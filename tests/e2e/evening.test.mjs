// SPDX-License-Identifier: EUPL-1.2
// A whole evening from its plan: cues typed as in a shell, run with next and back, the show changed under way from a file while a
// browser watches and a camera sends, a wrong cut taken back, kill -9, and the journal that knows of all of it.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stage, http, until } from "./lib/stage.mjs";
import { browser, seesColour, watchPeers } from "./lib/people.mjs";

const stage = new Stage("evening");
const BLUE = [0, 0, 254];
const passphrase = "stage left 2030";
let watching, viewer, page;

const typed = async (...words) => {
	const { code, out, err } = await stage.twinstage(...words);
	assert.equal(code, 0, `${words.join(" ")}: ${err}`);
	return out.trimEnd();
};
const journal = () =>
	readFileSync(join(stage.dir, "state/journal.jsonl"), "utf8")
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
const seen = (colour) => seesColour(page, "video", [0.5, 0.5], colour);
const calls = async () => (await stage.crew("events")).events.filter((e) => e.event === "source_live" && e.subject === "cam-a").length;

before(async () => {
	await stage.start();
	await typed("source", "add", "cam-a", "srt", "--passphrase", passphrase);
	await typed("source", "add", "bars", "test");
	for (const scene of ["stage", "talk"]) await typed("scene", "add", scene, "full");
	await typed("scene", "place", "stage", "cam-a");
	await typed("scene", "place", "talk", "bars");
	await typed("invite", "Dr. Müller");
	stage.camera("cam-a", "blue", 440, { passphrase });
	await stage.sourceState("cam-a", "live", 30);
	watching = await browser();
	await watchPeers(watching.context);
	page = await watching.context.newPage();
	await page.goto(`${stage.url}/watch`);
	viewer = await until("the viewer", async () => (await stage.crew("viewer", "list")).viewers?.[0]);
});

after(async () => {
	await watching?.close();
	await stage.end();
});

test("the plan is typed, and mistakes are told at once", async () => {
	assert.equal(await typed("cue", "add", "12", "Begrüßung", "--", 'cut stage; speaker admit "Dr. Müller"'), "cue 12: added");
	await typed("cue", "add", "13", "Talk", "--", "preview", "talk", ";", "take");
	const warned = await typed("cue", "add", "12.5", "Title", "--", "title", "show", "Dr. Müller; PhD");
	assert.equal(warned, "cue 12.5: added");
	assert.match(await typed("cue", "add", "14", "Ende", "--", "cut stge"), /warning: no scene "stge" \(did you mean stage\?\)/);
	const wrong = await stage.twinstage("cue", "add", "15", "x", "--", "cut stage; tkae");
	assert.equal(wrong.code, 2);
	assert.match(wrong.err, /command 2 of 2 \(tkae\): no command "tkae" \(did you mean take\?\)/);
	const posted = await http(stage, "POST", "/v1/cue/set", {
		headers: { authorization: `Bearer ${readFileSync(join(stage.dir, "state/crew.token"), "utf8").trim()}` },
		body: JSON.stringify({ cue: "14", commands: "cut stage; slate on" }),
	});
	assert.equal(posted.status, 200, posted.body);
	const { cues } = await stage.crew("cue", "list");
	assert.deepEqual(
		cues.map((one) => [one.cue, one.commands]),
		[
			["12", 'cut stage; speaker admit "Dr. Müller"'],
			["12.5", 'title show "Dr. Müller; PhD"'],
			["13", "preview talk; take"],
			["14", "cut stage; slate on"],
		],
	);
});

test("next, next, back: what is on air follows", async () => {
	assert.equal(await typed("next"), "cue 12: Begrüßung; next: 12.5 Title");
	await seen(BLUE);
	await typed("next");
	assert.equal(await typed("cue", "go", "13"), "cue 13: Talk; next: 14 Ende");
	assert.equal((await stage.crew("status")).program, "talk");
	await typed("back");
	await typed("back");
	assert.equal((await stage.crew("status")).program, "stage");
	await seen(BLUE);
});

test("a cue that would fail half-way does nothing", async () => {
	await typed("cue", "set", "14", "--", "slate on; cut nowhere");
	const refused = await stage.twinstage("cue", "go", "14");
	assert.equal(refused.code, 1);
	assert.match(refused.err, /cue 14 was not run: command 2 of 2 \(cut nowhere\): no scene "nowhere"/);
	assert.equal((await stage.crew("status")).slate, false);
});

test("show apply changes what differs and nobody is dropped", async () => {
	const file = join(stage.dir, "evening.show");
	await typed("show", "save", file);
	const called = await calls();
	const text = readFileSync(file, "utf8")
		.replace("scene add stage full", "scene add stage side")
		.replace("scene place stage cam-a", "scene place stage cam-a\nscene place stage bars")
		.replace("cut nowhere", "cut talk");
	writeFileSync(file, `${text}scene add break\nsorce add x test\nscene place brek bars\n`);
	const checked = await stage.twinstage("show", "check", file);
	assert.equal(checked.code, 1);
	assert.match(checked.err, /evening\.show:\d+:1: no command "sorce add" \(did you mean source add\?\)/);
	assert.match(checked.err, /evening\.show:\d+:13: no scene "brek" \(did you mean break\?/);
	writeFileSync(file, text);
	assert.match(await typed("show", "check", file), /good/);
	const differs = await typed("show", "diff", file);
	assert.match(differs, /^~ scene add stage side .*\n\+ scene place stage bars\n~ cue add 14 .*cut talk$/);
	assert.equal(await typed("show", "apply", file), differs);
	assert.equal(await typed("show", "diff", file), "nothing differs");
	await seesColour(page, "video", [0.25, 0.5], BLUE);
	assert.equal((await stage.crew("status")).program, "stage");
	const still = (await stage.crew("viewer", "list")).viewers;
	assert.equal(still.length, 1);
	assert.equal(still[0].id, viewer.id);
	assert.equal(await page.evaluate(() => window.peers.length), 1);
	assert.equal((await stage.source("cam-a")).state, "live");
	assert.equal(await calls(), called);
});

test("the log is followed while it is written", async () => {
	const lines = [];
	const env = { ...process.env, TWINSTAGE_SOCKET: join(stage.dir, "state/twinstage.sock") };
	const child = stage.spawn(join(stage.bin, "cli/twinstage"), ["log", "--commands", "--last", "1", "--follow"], "pipe", { env });
	child.stdout.setEncoding("utf8").on("data", (text) => lines.push(...text.trimEnd().split("\n")));
	await until("the log's answer", () => lines.length === 1);
	await typed("pin", "bars");
	await until("the next command", () => lines.some((line) => line.includes("pin bars")));
	await stage.kill(child);
	assert.equal(lines.length, 2, lines.join("\n"));
	await typed("undo");
});

test("a wrong cut is taken back", async () => {
	await typed("cut", "talk");
	assert.equal((await stage.crew("status")).program, "talk");
	assert.equal(await typed("undo"), "undone: cut talk");
	assert.equal((await stage.crew("status")).program, "stage");
	assert.match(await typed("undo"), /^undone: show apply /);
	await seen(BLUE);
	assert.match(await typed("redo"), /^done again: show apply /);
	assert.equal(await page.evaluate(() => window.peers.length), 1);
});

test("kill -9: the evening goes on where it was, and the journal knows it all", async () => {
	await typed("cue", "go", "12.5");
	await until("the place in the evening to be saved", () =>
		readFileSync(join(stage.dir, "state/running.show"), "utf8").includes("cue at 12.5\n"),
	);
	await until("the last answer to be in the journal", () => journal().at(-1).command === "cue go 12.5");
	await stage.kill(stage.daemon, "SIGKILL");
	const file = join(stage.dir, "state/journal.jsonl");
	assert.equal(statSync(file).mode & 0o777, 0o600);
	const before = journal();
	appendFileSync(file, '{"at":"2030-05-01T20:0');
	await stage.start();
	assert.match(await typed("cue", "list"), /^> 12\.5 /m);
	await stage.event("journal_mended", /22 bytes/);
	const commands = before.filter((entry) => entry.command);
	const find = (command) => commands.find((entry) => entry.command === command);
	assert.match(find("next").from, /^socket, pid \d+$/);
	assert.equal(find("next").result, "cue 12: Begrüßung");
	assert.ok(find("next").who);
	assert.equal(find("cut stage").from, "cue 12");
	assert.match(find("cue set 14 -- cut stage; slate on").from, /^https 127\.0\.0\.1$/);
	assert.match(find("cue go 14").error, /was not run/);
	assert.ok(before.some((entry) => entry.event === "cue_started" && entry.subject === "13"));
	assert.ok(before.some((entry) => entry.event === "source_live" && entry.subject === "cam-a"));
	const raw = readFileSync(file, "utf8");
	assert.ok(!raw.includes(passphrase) && !raw.includes("/speak/"));
	const { entries } = await stage.crew("log", "--since", "10m", "--commands");
	assert.ok(entries.some((entry) => entry.command === "cut talk"));
	assert.match(await typed("log", "--last", "500"), /\(socket, pid \d+\): undo {2}-> {2}undone: cut talk/);
	assert.equal(journal().filter((entry) => entry.event === "journal_mended").length, 1);
});
