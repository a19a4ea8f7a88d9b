// SPDX-License-Identifier: EUPL-1.2
// On air: each transition, fade to black and preview, as a viewer sees and hears them. Every source has a colour and a tone of its own,
// so that a picture in the middle of a transition tells which one it is, and the spectrum who is heard.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Stage, again, until } from "./lib/stage.mjs";
import { browser, hears, isNear, screenshot, seesColour, tonesAt } from "./lib/people.mjs";

const hall = { colour: "blue", rgb: [0, 0, 254], tone: 440 };
const clip = { colour: "yellow", rgb: [255, 255, 0], tone: 700 };
const desk = { colour: "gray", rgb: [128, 128, 128], tone: 1100 };
const black = [0, 0, 0];
const tones = [hall.tone, clip.tone, desk.tone];

const stage = new Stage("air");
let watching, viewer, screen;

before(async () => {
	await stage.start();
	for (const [name, source] of Object.entries({ hall, clip, desk })) {
		await stage.crew("source", "add", name, "srt");
		stage.keepCalling(name, source.colour, source.tone);
	}
	await stage.crew("scene", "add", "wide", "full");
	await stage.crew("scene", "place", "wide", "hall");
	await stage.crew("scene", "add", "play", "full");
	await stage.crew("scene", "place", "play", "clip");
	await stage.crew("scene", "add", "both", "pip");
	await stage.crew("scene", "place", "both", "clip");
	await stage.crew("scene", "place", "both", "hall");
	await stage.crew("cut", "wide");
	await stage.crew("room", "wide");
	watching = await browser();
	viewer = await watching.context.newPage();
	await viewer.goto(`${stage.url}/watch`);
	screen = await watching.context.newPage();
	await screen.goto(`${stage.url}/room`);
	for (const name of ["hall", "clip", "desk"]) await stage.sourceState(name, "live");
});

after(async () => {
	await watching?.close();
	await stage.end();
});

// Colours at some points (0..1 of the picture) of one and the same frame.
function coloursAt(page, points) {
	return page.evaluate((places) => {
		const video = document.querySelector("video");
		const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
		const brush = canvas.getContext("2d");
		brush.drawImage(video, 0, 0);
		return places.map(([x, y]) => [...brush.getImageData(x * canvas.width, y * canvas.height, 1, 1).data].slice(0, 3));
	}, points);
}

// Takes the scene in this way and waits for a frame whose points look as `judge` says a middle of it does; then for `meanwhile`.
async function take(scene, kind, points, judge, { over = "3s", meanwhile = async () => {} } = {}) {
	const { program } = await stage.crew("status");
	await again(async () => {
		await stage.crew("cut", program);
		await stage.crew("preview", scene);
		await stage.crew("take", "--with", kind, "--over", over);
		await until(`a middle of ${kind}`, async () => {
			const colours = await coloursAt(viewer, points);
			if (!judge(...colours)) throw new Error(`is ${JSON.stringify(colours)}`);
			return true;
		}, 10, 20);
		await meanwhile();
	});
	await screenshot(viewer, `air-${kind}`);
}

const isBlend = (colour) => !isNear(colour, hall.rgb, 60) && !isNear(colour, clip.rgb, 60);
const isHall = (colour) => isNear(colour, hall.rgb);
const isClip = (colour) => isNear(colour, clip.rgb);

test("what is on air is seen and heard, and what is not is not", async () => {
	await seesColour(viewer, "video", [0.5, 0.5], hall.rgb);
	await hears(viewer, "video", [hall.tone], [clip.tone, desk.tone]);
});

test("mix: the picture blends, and the sound with it", async () => {
	let full = -200;
	await until("a steady tone", async () => {
		const older = full;
		[full] = await tonesAt(viewer, "video", [hall.tone]);
		return Math.abs(full - older) < 0.5;
	}, 20, 800);
	const areBothWeaker = async () => {
		const levels = await tonesAt(viewer, "video", [hall.tone, clip.tone]);
		if (!levels.every((level) => level > full - 20 && level < full - 2)) throw new Error(`${levels} of ${full}`);
		return true;
	};
	await take("play", "mix", [[0.5, 0.5]], isBlend, {
		over: "10s",
		meanwhile: () => until("both tones, each weaker than alone", areBothWeaker, 12, 20),
	});
	await seesColour(viewer, "video", [0.5, 0.5], clip.rgb);
	await hears(viewer, "video", [clip.tone], [hall.tone, desk.tone]);
});

test("wipe: the new picture is at the left, the old one at the right", async () => {
	await take("wide", "wipe", [[0.1, 0.5], [0.9, 0.5]], (left, right) => isHall(left) && isClip(right));
	await seesColour(viewer, "video", [0.9, 0.5], hall.rgb);
	await hears(viewer, "video", [hall.tone], [clip.tone]);
});

test("slide: the new picture comes in from the right", async () => {
	await take("play", "slide", [[0.1, 0.5], [0.9, 0.5]], (left, right) => isHall(left) && isClip(right));
	await seesColour(viewer, "video", [0.1, 0.5], clip.rgb);
	await hears(viewer, "video", [clip.tone], [hall.tone]);
});

test("move: what both scenes show goes to its new place; shown by both, it is heard all the time", async () => {
	await stage.crew("cut", "wide");
	await seesColour(viewer, "video", [0.1, 0.1], hall.rgb);
	// On its way to the corner the hall is still in the middle, and the corner it left is neither it nor yet the clip.
	await take("both", "move", [[0.55, 0.55], [0.1, 0.1]], (middle, corner) => isHall(middle) && isBlend(corner));
	await seesColour(viewer, "video", [0.5, 0.5], clip.rgb);
	await seesColour(viewer, "video", [0.85, 0.85], hall.rgb);
	await hears(viewer, "video", [hall.tone, clip.tone], [desk.tone]);
});

test("pin keeps a source heard that nobody sees", async () => {
	await stage.crew("pin", "desk");
	await hears(viewer, "video", [hall.tone, clip.tone, desk.tone]);
	await stage.crew("cut", "play");
	await hears(viewer, "video", [clip.tone, desk.tone], [hall.tone]);
	await stage.crew("pin", "desk", "off");
	await hears(viewer, "video", [clip.tone], [hall.tone, desk.tone]);
});

// A page of ours with the crew's preview in its <video>.
async function openPreview() {
	const token = readFileSync(join(stage.dir, "state/crew.token"), "utf8").trim();
	const page = await watching.context.newPage();
	await page.goto(`${stage.url}/room`);
	await page.evaluate(async (token) => {
		document.body.innerHTML = "<video muted autoplay></video>";
		const { Receiver } = await import("/web/whep.js");
		window.receiver = new Receiver(document.querySelector("video"), "/whep/preview", { token });
		window.receiver.start();
	}, token);
	return page;
}

const previewFrames = async () => (await stage.crew("status")).buses.find(({ bus }) => bus === "preview").picture.frames;

test("preview shows what the next take brings, and is made only while somebody looks", async () => {
	assert.equal(await previewFrames(), 0);
	await stage.crew("cut", "play");
	await stage.crew("preview", "wide");
	const page = await openPreview();
	await seesColour(page, "video", [0.5, 0.5], hall.rgb);
	await seesColour(viewer, "video", [0.5, 0.5], clip.rgb);
	await stage.crew("take", "--with", "slide", "--over", "10s");
	await seesColour(page, "video", [0.5, 0.5], clip.rgb, 8); // at once, though program is still on its way
	await stage.crew("preview", "both");
	await seesColour(page, "video", [0.85, 0.85], hall.rgb);
	await stage.crew("cut", "play");
	assert.ok((await previewFrames()) > 0);
	await page.close();
	let last = -1;
	await until("preview's encoder to rest", async () => last === (last = await previewFrames()), 15, 1000);
});

test("fade-to-black: picture and sound go, whatever is put on air below, and the room's picture stays", async () => {
	await seesColour(screen, "video", [0.5, 0.5], hall.rgb);
	await again(async () => {
		await stage.crew("fade-to-black", "off", "--over", "0s");
		await seesColour(viewer, "video", [0.5, 0.5], clip.rgb);
		await stage.crew("fade-to-black", "--over", "3s");
		await until("a picture that is neither yellow nor black", async () => {
			const [colour] = await coloursAt(viewer, [[0.5, 0.5]]);
			return colour[0] > 50 && colour[0] < 200 && colour[2] < 60;
		}, 10, 20);
	});
	await screenshot(viewer, "air-black");
	await seesColour(viewer, "video", [0.5, 0.5], black);
	await until("silence", async () => Math.max(...(await tonesAt(viewer, "video", tones))) < -90);
	await until("the page to wait", () => viewer.evaluate(() => document.body.dataset.state === "waiting"));
	await stage.crew("preview", "wide");
	await stage.crew("take");
	const { program, black: isBlack, fading } = await stage.crew("status");
	assert.deepEqual({ program, isBlack, fading }, { program: "wide", isBlack: true, fading: false });
	await seesColour(viewer, "video", [0.5, 0.5], black);
	await seesColour(screen, "video", [0.5, 0.5], hall.rgb);
	await stage.crew("fade-to-black", "off", "--over", "500ms");
	await seesColour(viewer, "video", [0.5, 0.5], hall.rgb);
	await hears(viewer, "video", [hall.tone], [clip.tone, desk.tone]);
	await until("the page to be live", () => viewer.evaluate(() => document.body.dataset.state === "live"));
});
