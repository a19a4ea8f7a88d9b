// SPDX-License-Identifier: EUPL-1.2
// Firefox: somebody speaks with it, somebody watches with it. The other end is Chromium.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { Stage, until } from "./lib/stage.mjs";
import { browser, hears, screenshot, seesColour, sendCanvas, sleep, watchPeers } from "./lib/people.mjs";
import { asContext, energyHeard, firefox, ownAddress, tone } from "./lib/firefox.mjs";

const hall = { colour: "blue", tone: 440 };
const red = [254, 0, 0];

const address = ownAddress();
const where = { skip: address ? false : "Firefox never calls 127.0.0.1, and this machine has no other address" };
const stage = new Stage("firefox", { settings: { rtc_address: address } });
let fox, chromium, speaker, viewer;

async function open(url, prepare = async () => {}) {
	const page = await fox.page();
	await watchPeers(asContext(page));
	await prepare(asContext(page));
	await page.goto(url);
	return page;
}

const bodyData = (page, name) => page.evaluate((key) => document.body.dataset[key], name);
const saysNow = (page, selector) => page.evaluate((where) => document.querySelector(where).innerText, selector);

// What arrives within two seconds.
async function heardNow(page) {
	const before = await energyHeard(page);
	await sleep(2000);
	return (await energyHeard(page)) - before;
}

before(async () => {
	if (where.skip) return;
	await stage.start();
	await stage.crew("source", "add", "cam-a", "srt");
	await stage.crew("scene", "add", "panel", "full");
	stage.keepCalling("cam-a", hall.colour, hall.tone);
	await stage.sourceState("cam-a", "live");
	fox = await firefox();
	const { link } = await stage.crew("invite", "anna");
	speaker = await open(link, (context) => sendCanvas(context, String(red)));
	await speaker.click("#join");
	await stage.sourceState("anna", "live");
	await stage.crew("scene", "place", "panel", "anna");
	chromium = await browser();
	viewer = await chromium.context.newPage();
	await viewer.goto(`${stage.url}/watch`);
});

after(async () => {
	await fox?.close();
	await chromium?.close();
	await stage.end();
});

test("who speaks with Firefox is seen and heard, and knows", where, async () => {
	assert.equal((await stage.source("anna")).video_codec, "VP8");
	await stage.crew("speaker", "admit", "anna");
	await stage.crew("cut", "panel");
	await until("the red light", async () => (await bodyData(speaker, "tally")) === "program");
	await seesColour(viewer, "video", [0.5, 0.5], red, 30, 12);
	await hears(viewer, "video", [tone], [hall.tone]);
	await screenshot(speaker, "firefox-speak");
});

test("the return to Firefox has the hall, and not its own voice", where, async () => {
	await until("silence while nobody else is heard", async () => (await heardNow(speaker)) < 1e-6);
	await stage.crew("pin", "cam-a");
	await hears(viewer, "video", [tone, hall.tone]);
	await until("the hall", async () => (await heardNow(speaker)) > 1e-3);
});

test("a Firefox that has no H.264 is told so, and hears", where, async () => {
	assert.match(await saysNow(speaker, "#notices"), /cannot show the picture from the stage/);
	const watching = await open(`${stage.url}/watch`);
	await until("the page to be live", async () => (await bodyData(watching, "state")) === "live");
	assert.match(await saysNow(watching, "#message"), /cannot play H\.264.*sound only/);
	await until("the sound", async () => (await heardNow(watching)) > 1e-3);
	await screenshot(watching, "firefox-watch");
	await watching.click("#sound");
	await until("the sound to be on", async () => (await bodyData(watching, "sound")) === "on");
});

test("after the server ended, Firefox comes back by itself", where, async () => {
	await stage.kill(stage.daemon, "SIGKILL");
	await until("the page to say so", async () => (await bodyData(speaker, "state")) === "lost");
	await stage.start();
	await stage.sourceState("anna", "live");
	await until("the page to know", async () => (await bodyData(speaker, "state")) === "joined");
	await until("the hall", async () => (await heardNow(speaker)) > 1e-3);
});
