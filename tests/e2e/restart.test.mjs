// SPDX-License-Identifier: EUPL-1.2
// kill -9 of the daemon in the middle of a show: the next one comes back to it, and everybody finds back by themselves.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { Stage, until, sleep } from "./lib/stage.mjs";
import { browser, seesColour } from "./lib/people.mjs";

const stage = new Stage("restart");
const people = [];
let viewer, speaker;

before(async () => {
	await stage.start();
	await stage.crew("source", "add", "cam-a", "srt", "--passphrase", "correct horse battery");
	await stage.crew("source", "add", "bars", "test");
	await stage.crew("scene", "add", "stage", "pip");
	await stage.crew("scene", "place", "stage", "cam-a");
	await stage.crew("scene", "add", "panel", "grid");
	const { link } = await stage.crew("invite", "Zoë Ångström");
	await stage.crew("scene", "place", "panel", "speakers");
	stage.keepCalling("cam-a", "blue", 440, { passphrase: "correct horse battery" });
	await stage.crew("cut", "stage");
	await stage.crew("preview", "panel");
	await stage.crew("speaker", "admit", "Zoë Ångström");
	const talking = await browser({ video: "color=c=red:s=640x360:r=20", tone: 1100 });
	const watching = await browser();
	people.push(talking, watching);
	speaker = await talking.context.newPage();
	await speaker.goto(link);
	await speaker.click("#join");
	viewer = await watching.context.newPage();
	await viewer.goto(`${stage.url}/watch`);
	await stage.sourceState("Zoë Ångström", "live", 30);
	await seesColour(viewer, "video", [0.5, 0.5], [0, 0, 254]);
});

after(async () => {
	for (const one of people) await one.close();
	await stage.end();
});

// The running show's file, once the disk has this line.
async function saved(line) {
	const file = `${stage.dir}/state/running.show`;
	await until(`${line} to be saved`, () => readFileSync(file, "utf8").includes(`${line}\n`));
	return file;
}

test("back on the same scene with the cameras in under 5 s", async () => {
	const before = await stage.crew("status");
	await saved("cut stage");
	await stage.kill(stage.daemon, "SIGKILL");
	// A service manager starts it again after a second or two. A camera needs SRT's own 5 s to find out that nobody answers any
	// more (its peer idle timeout, which no server can shorten) and then calls again. That wait is the camera's and not ours.
	await sleep(2000);
	const begun = Date.now();
	await stage.start();
	const ready = Date.now();
	assert.equal((await stage.crew("status")).program, "stage");
	await stage.sourceState("cam-a", "live");
	const ours = ready - begun + Date.now() - Math.max(ready, stage.called.get("cam-a"));
	assert.ok(ours < 5000, `took ${ours} ms, ${Date.now() - begun} ms with the camera's wait`);
	const now = await stage.crew("status");
	assert.equal(now.program, "stage");
	assert.equal(now.preview, "panel");
	assert.deepEqual(
		now.sources.map((source) => source.name),
		before.sources.map((source) => source.name),
	);
});

test("open pages recover by themselves", async () => {
	await stage.sourceState("Zoë Ångström", "live", 30);
	await until("the viewer's picture to run", () =>
		viewer.evaluate(async () => {
			const video = document.querySelector("video");
			const then = video.currentTime;
			await new Promise((done) => setTimeout(done, 500));
			return document.body.dataset.state === "live" && video.currentTime > then;
		}), 30);
	await stage.crew("take");
	await seesColour(viewer, "video", [0.5, 0.5], [254, 0, 0]);
});

test("a damaged show file does not stop the next start", async () => {
	const file = await saved("cut panel");
	await stage.kill(stage.daemon, "SIGKILL");
	appendFileSync(file, 'scene add "half a li');
	await stage.start();
	assert.equal((await stage.crew("status")).program, "panel");
	assert.match(readFileSync(stage.log, "utf8"), /running\.show:\d+:\d+/);
});
