// SPDX-License-Identifier: EUPL-1.2
// Title, logo, clock, countdown and ticker as a viewer sees them in a real browser, and where they are not to be seen.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { artefacts, Stage, until } from "./lib/stage.mjs";
import { browser, colourAt, isNear, screenshot, seesColour } from "./lib/people.mjs";

const accent = [242, 169, 0]; // #f2a900
const blue = [0, 0, 254];
const leftBar = [66, 630, 4, 40]; // inside the accent bar, at the left end of the safe area
const rightBar = [1280 - 70, 630, 4, 40];
const logo = join(artefacts, "overlays-logo.png");
const stage = new Stage("overlays", { settings: { width: 1280, height: 720, video_kbps: 3000 } });
let person, viewer, room;

const saved = (line) => until(`${line} to be saved`, () => readFileSync(`${stage.dir}/state/running.show`, "utf8").includes(line));
const picture = (page, name) => screenshot(page, `overlay-${name}-live`);

// Pixels [R, G, B] of a part of the picture (x, y, width, height in pixels of 1280x720) as the browser has it.
const pixels = (page, place) =>
	page.evaluate(([x, y, width, height]) => {
		const video = document.querySelector("video");
		const canvas = new OffscreenCanvas(width, height);
		const brush = canvas.getContext("2d");
		brush.drawImage(video, -x, -y, 1280, 720);
		const { data } = brush.getImageData(0, 0, width, height);
		return Array.from({ length: width * height }, (_, i) => [...data.slice(4 * i, 4 * i + 3)]);
	}, place);

// White letters on the dark plate.
const seesText = (page, place) =>
	until(`text at ${place}`, async () => {
		const green = (await pixels(page, place)).map((pixel) => pixel[1]);
		const [least, most] = [Math.min(...green), Math.max(...green)];
		if (least > 60 || most < 180) throw new Error(`from ${least} to ${most}`);
		return true;
	});

// A place that has one colour all over.
const sees = (page, place, wanted, seconds = 15) =>
	until(`${wanted} at ${place}`, async () => {
		const all = await pixels(page, place);
		const far = all.find((pixel) => !isNear(pixel, wanted, 60));
		if (far) throw new Error(`is ${far}`);
		return true;
	}, seconds);

before(async () => {
	execFileSync("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", "color=c=lime:s=200x80,format=rgba", "-frames:v", "1", logo]);
	await stage.start();
	await stage.crew("source", "add", "cam", "srt");
	await stage.crew("scene", "add", "stage", "full");
	await stage.crew("scene", "place", "stage", "cam");
	stage.keepCalling("cam", "blue", 440);
	await stage.sourceState("cam", "live");
	await stage.crew("cut", "stage");
	await stage.crew("room", "stage");
	person = await browser();
	viewer = await person.context.newPage();
	await viewer.goto(`${stage.url}/watch`);
	room = await person.context.newPage();
	await room.goto(`${stage.url}/room`);
	await room.click("button");
	await viewer.bringToFront();
	await sees(viewer, leftBar, blue);
});

after(async () => {
	await person?.close();
	await stage.end();
});

test("a title stands in the lower third, with its umlauts, and the command answered at once", async () => {
	const begun = performance.now();
	await stage.crew("title", "Zoë Müller-Lüdenscheidt", "Präsidentin, Größenwahn e. V.");
	assert.ok(performance.now() - begun < 5000);
	await sees(viewer, leftBar, accent);
	await seesText(viewer, [90, 605, 128, 58]);
	await seesColour(viewer, "video", [0.5, 0.5], blue);
	await picture(viewer, "title");
	const { overlays } = await stage.crew("status");
	assert.deepEqual(overlays, [{ kind: "title", name: "Zoë Müller-Lüdenscheidt", role: "Präsidentin, Größenwahn e. V." }]);
});

test("the room, which the setting does not name, stays clean", async () => {
	await room.bringToFront();
	await sees(room, leftBar, blue);
	assert.ok(isNear(await colourAt(room, "video", 0.15, 0.9), blue));
	await viewer.bringToFront();
});

test("Arabic stands on the right, and takes the first title's place", async () => {
	await stage.crew("title", "show", "محمد عبد الله", "رئيس المؤتمر");
	await sees(viewer, rightBar, accent);
	await sees(viewer, leftBar, blue);
	await picture(viewer, "title-arabic");
});

test("a title hides by itself", async () => {
	await stage.crew("title", "Ada Lovelace", "--for", "1500ms");
	await stage.event("overlay_changed", /the title is shown: Ada/);
	await stage.event("overlay_changed", /the title is hidden/);
	await sees(viewer, leftBar, blue);
	assert.deepEqual((await stage.crew("overlay", "list")).overlays, []);
});

test("a logo, and what is none", async () => {
	await stage.crew("logo", "show", logo);
	await seesColour(viewer, "video", [0.9, 0.08], [0, 254, 0]);
	await picture(viewer, "logo");
	const text = join(stage.dir, "text.png");
	writeFileSync(text, "no picture");
	const none = await stage.twinstage("logo", "show", text, "--at", "top-left");
	assert.notEqual(none.code, 0);
	assert.match(none.err, /text.png is no PNG file/);
	await stage.event("overlay_failed", /text.png is no PNG file/);
	const { code, err } = await stage.twinstage("logo", "show", "/no/such.png");
	assert.equal(code, 1);
	assert.match(err, /no file \/no\/such.png/);
	await seesColour(viewer, "video", [0.9, 0.08], [0, 254, 0]); // the one before is still there
	await stage.crew("logo", "hide");
	await seesColour(viewer, "video", [0.9, 0.08], blue);
});

test("a clock, a countdown and a ticker, all at once with a title", async () => {
	await stage.crew("clock", "show");
	await stage.crew("logo", "show", logo);
	await stage.crew("countdown", "show", "10m", "--text", "Weiter in");
	await stage.crew("ticker", "show", "Mittagspause bis 13:30 Uhr im Foyer. Fragen an die Bühne bitte im Chat stellen.");
	await stage.crew("title", "Grace Hopper", "Rear Admiral, United States Navy");
	await seesText(viewer, [77, 43, 128, 29]); // clock
	await seesText(viewer, [1075, 576, 115, 29]); // countdown
	await seesText(viewer, [128, 645, 640, 29]); // ticker
	await seesText(viewer, [90, 540, 128, 58]); // title, above the ticker
	await picture(viewer, "all");
});

test("the ticker runs, the clock goes", async () => {
	const look = async (place) => (await pixels(viewer, place)).map((pixel) => pixel[1]);
	const changes = async (what, place) => {
		const before = await look(place);
		await until(`${what} to move`, async () => {
			const now = await look(place);
			return now.filter((value, i) => Math.abs(value - before[i]) > 80).length > 20;
		});
	};
	await changes("the ticker", [200, 645, 400, 36]);
	await changes("the clock's seconds", [175, 44, 50, 34]);
	await changes("the countdown's seconds", [1130, 560, 80, 50]);
});

test("a daemon that comes back has them again", async () => {
	await saved('title show "Grace Hopper" "Rear Admiral, United States Navy"');
	const before = (await stage.crew("overlay", "list")).overlays;
	await stage.kill(stage.daemon, "SIGKILL");
	await stage.start();
	assert.deepEqual((await stage.crew("overlay", "list")).overlays, before);
	assert.equal(before.length, 5);
	await viewer.goto(`${stage.url}/watch`);
	await seesText(viewer, [77, 43, 128, 29]);
});

test("all go out at once", async () => {
	await stage.crew("overlay", "hide");
	await stage.sourceState("cam", "live", 30);
	for (const place of [[0.1, 0.07], [0.9, 0.08], [0.9, 0.8], [0.5, 0.92], [0.1, 0.8]]) await seesColour(viewer, "video", place, blue, 30);
});
