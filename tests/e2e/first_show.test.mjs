// SPDX-License-Identifier: EUPL-1.2
// A new user's first show: the README's own lines, typed one after the other into a terminal, with real cameras, a real speaker who
// opens the printed link, and a real viewer.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stage, freeTcpPort, freeUdpPort, root, until } from "./lib/stage.mjs";
import { browser, hears, screenshot, seesColour } from "./lib/people.mjs";
import { Terminal } from "./lib/terminal.mjs";

const stage = new Stage("first-show");
const [beginning, live] = readme();
const people = [];
let terminal;

// The commands of the README's blocks below "A first show".
function readme() {
	const chapter = readFileSync(join(root, "README.md"), "utf8").split(/^## /m).find((text) => text.startsWith("A first show"));
	const blocks = [...chapter.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block.trim().split("\n"));
	return blocks.map((lines) => lines.map((line) => line.replace(/\s+#.*$/, "")));
}

// What an installation puts into the PATH; the server gets this test's ports and directory instead of the machine's.
async function install() {
	const bin = join(stage.dir, "bin");
	stage.https = await freeTcpPort();
	stage.srt = await freeUdpPort();
	const settings = {
		state_dir: join(stage.dir, "state"), web_dir: join(root, "web"), pipelines_dir: join(root, "pipelines"),
		https_port: stage.https, srt_port: stage.srt, rtc_port: await freeUdpPort(), rtc_address: "127.0.0.1",
		public_url: `https://127.0.0.1:${stage.https}`, width: 640, height: 360, x264_preset: "ultrafast",
	};
	const words = Object.entries(settings).map(([name, value]) => `--set '${name}=${value}'`);
	mkdirSync(bin);
	symlinkSync(join(stage.bin, "cli/twinstage"), join(bin, "twinstage"));
	writeFileSync(
		join(bin, "twinstaged"),
		`#!/bin/sh\nshift 2 # --config and its file\nexec '${stage.bin}/twinstaged' --config '${root}/conf/twinstaged.conf' ${words.join(" ")} 2>'${stage.log}'\n`,
	);
	chmodSync(join(bin, "twinstaged"), 0o755);
	return bin;
}

// Types a line; the prompt that follows it says how it ended.
async function types(line) {
	const before = prompts().length;
	terminal.enter(line);
	const said = await until(`an end of: ${line}`, () => prompts().length > before && prompts(), 20);
	assert.equal(said.at(-1), "0", `${line}:\n${terminal.everything()}`);
}

const prompts = () => [...terminal.everything().matchAll(/^\[(\d+)\]>/gm)].map(([, status]) => status);

before(async () => {
	const path = `${await install()}:${process.env.PATH}`;
	const env = { PATH: path, PS1: "[$?]> ", TWINSTAGE_SOCKET: join(stage.dir, "state/twinstage.sock") };
	terminal = new Terminal(["bash", "--norc", "--noprofile"], { width: 160, height: 50, env });
	await until("a prompt", () => prompts().length === 1);
});

after(async () => {
	terminal?.enter("kill %1; wait");
	for (const one of people) await one.close();
	await until("the server's end", async () => (await stage.twinstage("version")).code === 3).catch(() => {});
	terminal?.end();
	await stage.end();
});

test("every line of the beginning is accepted as it stands", async () => {
	assert.ok(beginning.length >= 10 && live.length >= 3);
	for (const line of beginning) {
		await types(line);
		if (line.startsWith("twinstaged"))
			await until("the server", async () => (await stage.twinstage("version")).code === 0, 30);
	}
});

test("the cameras that call as the README says are on air", async () => {
	stage.keepCalling("cam-a", "blue", 440, { passphrase: "stage left 2030" });
	stage.keepCalling("cam-b", "yellow", 700);
	await stage.sourceState("cam-a", "live");
	await stage.sourceState("cam-b", "live");
	const watching = await browser();
	people.push(watching);
	stage.viewer = await watching.context.newPage();
	await stage.viewer.goto(`https://127.0.0.1:${stage.https}/watch`);
	await seesColour(stage.viewer, "video", [0.25, 0.5], [0, 0, 254]);
});

test("Anna opens the link that was printed, and is put on air by the lines that follow", async () => {
	const [link] = /https:\/\/\S+\/speak\/\S+/.exec(terminal.everything());
	const anna = await browser({ video: "color=c=red:s=640x360:r=20", tone: 1100 });
	people.push(anna);
	const page = await anna.context.newPage();
	await page.goto(link);
	await page.click("#join");
	await stage.sourceState("Anna", "live", 30);
	for (const line of live) await types(line);
	await seesColour(stage.viewer, "video", [0.5, 0.5], [254, 0, 0]);
	await hears(stage.viewer, "video", [1100]);
	await screenshot(stage.viewer, "first-show");
	writeFileSync(join(root, "build/artefacts/first-show.txt"), terminal.everything());
});
