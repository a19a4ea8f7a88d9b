// SPDX-License-Identifier: EUPL-1.2
// The whole talk: two cameras, two remote speakers, a viewer and the hall's screen, each person with a colour and a tone of their own.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { Stage, again, until } from "./lib/stage.mjs";
import { browser, hears, screenshot, seesColour, sendOnly, tonesAt } from "./lib/people.mjs";

const hall = { colour: "blue", rgb: [0, 0, 254], tone: 440 };
const angle = { colour: "yellow", rgb: [255, 255, 0], tone: 700 };
const anna = { colour: "red", rgb: [254, 0, 0], tone: 1100, codec: "VP8" };
const bela = { colour: "lime", rgb: [0, 255, 0], tone: 1700, codec: "H264" };

const stage = new Stage("talk");
const people = [];
let viewer, screen;

async function person(options) {
	const made = await browser(options);
	people.push(made);
	return made;
}

async function speaker(name, { colour, tone, codec }) {
	const { link } = await stage.crew("invite", name);
	const { context } = await person({ video: `color=c=${colour}:s=640x360:r=20`, tone });
	await sendOnly(context, codec);
	const page = await context.newPage();
	await page.goto(link);
	await page.click("#join");
	const source = await stage.sourceState(name, "live", 30);
	assert.equal(source.video_codec, codec === "H264" ? "H.264" : codec);
	return page;
}

before(async () => {
	await stage.start();
	await stage.crew("source", "add", "cam-a", "srt");
	await stage.crew("source", "add", "cam-b", "srt");
	await stage.crew("pin", "cam-a"); // the hall is heard whatever is shown, and so is the other angle
	await stage.crew("pin", "cam-b");
	await stage.crew("scene", "add", "stage", "full");
	await stage.crew("scene", "place", "stage", "cam-a");
	await stage.crew("scene", "add", "panel", "side");
	stage.keepCalling("cam-a", hall.colour, hall.tone);
	stage.keepCalling("cam-b", angle.colour, angle.tone);
	anna.page = await speaker("anna", anna);
	bela.page = await speaker("bela", bela);
	await stage.crew("scene", "place", "panel", "anna");
	await stage.crew("scene", "place", "panel", "bela");
	await stage.crew("cut", "stage");
	await stage.crew("preview", "panel");
	const watching = await person();
	viewer = await watching.context.newPage();
	await viewer.goto(`${stage.url}/watch`);
	screen = await watching.context.newPage();
	await screen.goto(`${stage.url}/room`);
	await screen.click("button");
});

after(async () => {
	for (const one of people) await one.close();
	await stage.end();
});

test("the viewer sees the hall's camera", async () => {
	await seesColour(viewer, "video", [0.5, 0.5], hall.rgb);
	await screenshot(viewer, "watch");
});

test("a speaker who waits is not heard online, and hears the show", async () => {
	await hears(viewer, "video", [hall.tone, angle.tone], [anna.tone, bela.tone], 50);
	await hears(anna.page, "video#return", [hall.tone, angle.tone], [anna.tone, bela.tone], 40);
	await until("anna's light to be off", () => anna.page.evaluate(() => document.body.dataset.tally === "off"));
});

// In the page: window.red becomes a promise of the moment when its light turns red.
function noteWhenRed() {
	window.red = new Promise((done) => {
		const look = () => document.body.dataset.tally === "program" && done(Date.now());
		new MutationObserver(look).observe(document.body, { attributes: true });
	});
}

test("take puts the panel on air, and the speakers' lights turn red within a second", async () => {
	await stage.crew("speaker", "admit", "anna");
	await stage.crew("speaker", "admit", "bela");
	await until("anna's light to be amber", () => anna.page.evaluate(() => document.body.dataset.tally === "preview"));
	const pages = [anna.page, bela.page];
	for (const page of pages) await page.evaluate(noteWhenRed);
	const asked = Date.now();
	await stage.crew("take");
	for (const page of pages) {
		const moment = await page.evaluate(() => window.red);
		assert.ok(moment - asked < 1000, `red after ${moment - asked} ms`);
	}
	// A browser sends BT.601's colours. Taken for BT.709's, they are 24 and 39 off.
	await seesColour(viewer, "video", [0.25, 0.5], anna.rgb, 30, 12);
	await seesColour(viewer, "video", [0.75, 0.5], bela.rgb, 30, 12);
	await screenshot(viewer, "watch-panel");
	await screenshot(anna.page, "speak");
});

test("the viewer hears everybody", async () => {
	await hears(viewer, "video", [hall.tone, angle.tone, anna.tone, bela.tone]);
});

test("each return lacks its own voice by 40 dB and has the others", async () => {
	await hears(anna.page, "video#return", [hall.tone, angle.tone, bela.tone], [anna.tone], 40);
	await hears(bela.page, "video#return", [hall.tone, angle.tone, anna.tone], [bela.tone], 40);
});

test("the room sees the speakers, hears them, and never hears the hall", async () => {
	await seesColour(screen, "video", [0.25, 0.5], anna.rgb);
	await seesColour(screen, "video", [0.75, 0.5], bela.rgb);
	const [online] = await tonesAt(viewer, "video", [hall.tone]);
	await hears(screen, "video", [anna.tone, bela.tone], [hall.tone, angle.tone], 60, online);
	await screenshot(screen, "room");
});

test("muting and dismissing take effect", async () => {
	await stage.crew("speaker", "mute", "anna");
	await hears(viewer, "video", [hall.tone, bela.tone], [anna.tone], 40);
	await stage.crew("speaker", "mute", "anna", "off");
	await hears(viewer, "video", [hall.tone, bela.tone, anna.tone]);
	await stage.crew("cut", "stage");
	await stage.crew("speaker", "dismiss", "bela");
	await seesColour(viewer, "video", [0.5, 0.5], hall.rgb);
	await hears(viewer, "video", [hall.tone, anna.tone], [bela.tone], 40);
	await until("bela's light to be off", () => bela.page.evaluate(() => document.body.dataset.tally === "off"));
});

test("a transition blends", async () => {
	await again(async () => {
		await stage.crew("cut", "stage");
		await stage.crew("preview", "panel");
		await stage.crew("take", "--with", "mix", "--over", "3s");
		await until("a mixture of blue and red", async () => {
			const [red, , blue] = await viewer.evaluate(() => {
				const video = document.querySelector("video");
				const brush = new OffscreenCanvas(2, 2).getContext("2d");
				brush.drawImage(video, video.videoWidth * 0.2, video.videoHeight / 2, 8, 8, 0, 0, 2, 2);
				return [...brush.getImageData(0, 0, 1, 1).data];
			});
			return red > 60 && red < 200 && blue > 60 && blue < 200;
		}, 5, 30);
	});
	await seesColour(viewer, "video", [0.25, 0.5], anna.rgb);
});
