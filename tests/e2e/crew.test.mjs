// SPDX-License-Identifier: EUPL-1.2
// The crew's multiview in a real browser: the right pictures in the right places with the right lights, for those alone who have the
// token; and single pictures as files.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Stage, artefacts, http, until } from "./lib/stage.mjs";
import { browser, colourAt, isNear, screenshot } from "./lib/people.mjs";

const blue = [0, 0, 254], yellow = [255, 255, 0], red = [235, 28, 38], green = [24, 190, 84];
const stage = new Stage("crew");
let watching, page, token;

const bus = async (name) => (await stage.crew("status")).buses.find((one) => one.bus === name);

// The mean colour of a rectangle of the multiview, in its own pixels.
const colourOf = (x, y, width, height) =>
	page.evaluate(
		([x, y, width, height]) => {
			const video = document.querySelector("video");
			const canvas = document.createElement("canvas");
			canvas.width = width;
			canvas.height = height;
			const brush = canvas.getContext("2d");
			brush.drawImage(video, x, y, width, height, 0, 0, width, height);
			const { data } = brush.getImageData(0, 0, width, height);
			const mean = [0, 0, 0];
			for (let i = 0; i < data.length; i += 4) for (let c = 0; c < 3; c++) mean[c] += data[i + c] / (width * height);
			return mean.map(Math.round);
		},
		[x, y, width, height],
	);

const sees = (what, rectangle, wanted, within = 60) =>
	until(`${what} to be ${wanted}`, async () => {
		const colour = await colourOf(...rectangle);
		if (!isNear(colour, wanted, within)) throw new Error(`is ${colour}`);
		return true;
	}, 30);

// The multiview is 960x540: two halves above, four columns below; a tile's light is 4 pixels wide.
const places = { program: [0, 0, 480, 270], preview: [480, 0, 480, 270] };
["cam-a", "cam-b", "bars"].forEach((name, i) => (places[name] = [i * 240, 270, 240, 134]));
const seesPicture = (name, colour) => {
	const [x, y, width, height] = places[name];
	return sees(`the picture of ${name}`, [x + width / 4, y + height / 4, 40, 20], colour);
};
const seesLight = (name, colour) => {
	const [x, y, , height] = places[name];
	return sees(`the light of ${name}`, [x + 1, y + height / 4, 2, height / 2], colour, 70);
};

function readPng(path) {
	const bytes = readFileSync(path);
	const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
	const pixels = execFileSync("ffmpeg", ["-nostdin", "-loglevel", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], {
		maxBuffer: 1 << 28,
	});
	return { width, height, at: (x, y) => [...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)] };
}

async function snapshot(target) {
	const path = join(stage.dir, `${target}.png`);
	const { done } = await stage.crew("snapshot", target, path);
	assert.equal(done, `${target} is saved as ${path}`);
	copyFileSync(path, join(artefacts, `crew-snapshot-${target}.png`));
	return readPng(path);
}

// A live source may be live by its sound alone, or late: it is the slate's picture that is seen then.
const snapshotShowing = (target, expected) =>
	until(`${target} to show what it should`, async () => {
		const picture = await snapshot(target);
		for (const [[x, y], colour] of expected)
			if (!isNear(picture.at(x, y), colour, 12)) throw new Error(`${picture.at(x, y)} at ${x},${y}`);
		return picture;
	}, 30);

before(async () => {
	await stage.start();
	token = readFileSync(join(stage.dir, "state/crew.token"), "utf8").trim();
	for (const name of ["cam-a", "cam-b"]) await stage.crew("source", "add", name, "srt");
	await stage.crew("source", "add", "bars", "test");
	stage.keepCalling("cam-a", "blue", 440);
	stage.keepCalling("cam-b", "yellow", 700);
	for (const [scene, source] of [["stage", "cam-a"], ["close", "cam-b"]]) {
		await stage.crew("scene", "add", scene, "full");
		await stage.crew("scene", "place", scene, source);
	}
	await stage.crew("cut", "stage");
	await stage.crew("preview", "close");
	for (const name of ["cam-a", "cam-b", "bars"]) await stage.sourceState(name, "live", 30);
	watching = await browser();
	page = await watching.context.newPage();
});

after(async () => {
	await watching?.close();
	await stage.end();
});

test("pictures without any viewer: sources on air and not, buses, the multiview", async () => {
	for (const name of ["program", "preview", "crew"]) assert.equal((await bus(name)).picture.frames, 0, name);
	for (const [target, colour] of [["program", blue], ["preview", yellow], ["cam-a", blue], ["cam-b", yellow]]) {
		const picture = await snapshotShowing(target, [[[320, 180], colour]]);
		assert.deepEqual([picture.width, picture.height], [640, 360], target);
	}
	const all = await snapshotShowing("multiview", [
		[[120, 60], blue], [[600, 60], yellow], [[100, 300], blue], [[340, 300], yellow], // pictures
		[[1, 100], red], [[481, 100], green], [[1, 330], red], [[241, 330], green], // lights
	]);
	assert.deepEqual([all.width, all.height], [960, 540]);
	for (const name of ["program", "preview", "crew"]) assert.equal((await bus(name)).picture.frames, 0, name);
});

test("a picture that cannot be had is refused, with the reason", async () => {
	await stage.crew("source", "add", "dark", "srt");
	const dark = await stage.twinstage("snapshot", "dark", join(stage.dir, "dark.png"));
	assert.deepEqual([dark.code, dark.err.includes("shows no picture")], [1, true], dark.err);
	const nowhere = await stage.twinstage("snapshot", "cam-a", join(stage.dir, "no/such/directory.png"));
	assert.deepEqual([nowhere.code, nowhere.err.includes("No such file or directory")], [1, true], nowhere.err);
	await stage.event("snapshot_failed", /directory\.png/);
	await stage.crew("source", "remove", "dark");
	assert.ok(readdirSync(stage.dir).every((name) => !/\.png\../.test(name)), "no half file is left");
});

test("over HTTP the answer comes when the file is there, and commands in between are answered", async () => {
	const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
	const file = join(stage.dir, "http.png");
	const [saved, status] = await Promise.all([
		http(stage, "POST", "/v1/snapshot", { headers, body: JSON.stringify({ picture: "program", file }) }),
		http(stage, "POST", "/v1/status", { headers }),
	]);
	assert.deepEqual([saved.status, status.status], [200, 200], saved.body);
	assert.ok(existsSync(file));
	assert.match(JSON.parse(saved.body).done, /program is saved as/);
	const refused = await http(stage, "POST", "/v1/snapshot", { headers, body: JSON.stringify({ picture: "cam-a", file: "/no/where.png" }) });
	assert.equal(refused.status, 500, refused.body);
	assert.match(JSON.parse(refused.body).error.message, /No such file/);
});

test("without the token nobody gets in", async () => {
	for (const path of ["/whep/crew", "/whep/preview"])
		for (const authorization of [undefined, "Bearer guessed"]) {
			const headers = { "content-type": "application/sdp", ...(authorization ? { authorization } : {}) };
			const { status, body } = await http(stage, "POST", path, { headers, body: "v=0\r\n" });
			assert.equal(status, 401, `${path}: ${body}`);
		}
	await page.goto(`${stage.url}/crew`);
	await page.fill("#token", "guessed");
	await page.click("#door button");
	await page.waitForSelector("#refused:not([hidden])");
	assert.equal(await page.evaluate(() => document.body.dataset.state), "asking");
	await screenshot(page, "crew-door");
});

test("the multiview: pictures, names, lights, before and after a take", async () => {
	await page.fill("#token", token);
	await page.click("#door button");
	await page.waitForSelector('body[data-state="live"]', { timeout: 30000 });
	await seesPicture("program", blue);
	await seesPicture("preview", yellow);
	await seesPicture("cam-a", blue);
	await seesPicture("cam-b", yellow);
	await seesLight("program", red);
	await seesLight("preview", green);
	await seesLight("cam-a", red);
	await seesLight("cam-b", green);
	await seesLight("bars", [11, 14, 20]);
	await screenshot(page, "crew-multiview");
	await stage.crew("take");
	await seesPicture("program", yellow);
	await seesPicture("preview", blue);
	await seesLight("cam-a", green);
	await seesLight("cam-b", red);
	const { viewers } = await stage.crew("viewer", "list");
	assert.deepEqual(viewers.map(({ bus, connected }) => [bus, connected]), [["crew", true]]);
	assert.equal((await bus("crew")).peers, 1);
	// Program itself is not encoded for it.
	assert.equal((await bus("program")).picture.frames, 0);
});

test("preview alone is a stream, too", async () => {
	await page.evaluate(async (token) => {
		const { Receiver } = await import("/web/whep.js");
		const video = document.body.appendChild(Object.assign(document.createElement("video"), { id: "alone", muted: true }));
		window.alone = new Receiver(video, "/whep/preview", { token });
		window.alone.start();
	}, token);
	await until("blue, as preview is", async () => isNear(await colourAt(page, "#alone", 0.5, 0.5), blue), 30);
	await until("one who watches it", async () => (await bus("preview")).peers === 1);
	await page.evaluate(() => window.alone.stop());
	await until("nobody to watch it", async () => (await bus("preview")).peers === 0);
});

const says = (pattern) =>
	until(`the desk to say ${pattern}`, async () => {
		const said = await page.textContent("#said");
		if (!pattern.test(said)) throw new Error(said);
		return true;
	});

test("the desk: what is done live, by buttons and keys", async () => {
	await page.setViewportSize({ width: 1280, height: 1400 });
	await page.waitForSelector("#desk:not([hidden])");
	await page.click('#scenes li:has-text("stage") .cut');
	await says(/program: stage/);
	await page.keyboard.press("2");
	await says(/preview: close/);
	await page.selectOption("#transition", "wipe");
	await page.fill("#over", "0.3");
	await page.click("#take");
	await says(/program: close, preview: stage/);
	await until("the lists to follow", () => page.evaluate(() => document.querySelector('#scenes [data-tally="program"] b')?.textContent === "close"));
	await page.click('#sources li:has-text("cam-a") .key >> nth=0');
	await page.waitForSelector('#sources li:has-text("cam-a") .key[aria-pressed="true"]');
	assert.equal((await stage.source("cam-a")).muted, true);
	await page.click('#sources li:has-text("cam-a") .key >> nth=0');
	await until("sound again", async () => !(await stage.source("cam-a")).muted);
	await page.fill("#title-name", "Jürgen Groß");
	await page.press("#title-name", "Enter");
	await says(/Jürgen Groß/);
	await screenshot(page, "crew-desk");
	await page.click("#title-hide");
	await says(/hidden|hides|title/);
	await page.fill("#invite-name", "Bela");
	await page.press("#invite-name", "Enter");
	await until("a link", async () => /\/speak\//.test(await page.inputValue("#invite-link")));
	await stage.crew("uninvite", "Bela");
});

test("the desk: the plan of the evening, next and back, undo, fade to black", async () => {
	await stage.crew("cue", "add", "1", "Begrüßung", "--", "cut stage; title show Anna");
	await stage.crew("cue", "add", "2", "Vortrag", "--", "title hide; cut close");
	const cues = () => page.$$eval("#cues li", (items) => items.map((item) => [item.querySelector("b").textContent, item.querySelector("small").textContent, item.dataset.tally]));
	const first = "cut stage; title show Anna", second = "title hide; cut close";
	await until("the cues to be listed", async () => (await cues()).length === 2);
	assert.deepEqual(await cues(), [["1 Begrüßung", first, "off"], ["2 Vortrag", second, "off"]]);
	await page.click("#cue-next");
	await says(/cue 1: Begrüßung/);
	await until("the first to be marked", async () => (await cues())[0][2] === "program");
	assert.equal((await stage.crew("status")).program, "stage");
	await page.click('#cues li:has-text("Vortrag") button');
	await says(/cue 2: Vortrag/);
	await until("the second to be marked", async () => (await cues()).map(([, , tally]) => tally).join() === "off,program");
	await screenshot(page, "crew-cues");
	await page.click("#cue-back");
	await says(/cue 1: Begrüßung/);
	assert.equal((await stage.crew("status")).program, "stage");
	await page.click("#undo");
	await says(/undone: cue 1: Begrüßung/);
	assert.equal((await stage.crew("status")).program, "close");
	await page.click("#cue-next");
	await page.click("#black");
	await says(/black/);
	await page.waitForSelector('#black[aria-pressed="true"]');
	assert.equal((await stage.crew("status")).black, true);
	await page.click("#black");
	await page.waitForSelector('#black[aria-pressed="false"]');
	for (const cue of ["1", "2"]) await stage.crew("cue", "remove", cue);
	await until("no cues", async () => (await cues()).length === 0);
	await page.click("#cue-next");
	await says(/there are no cues/);
	await stage.crew("cut", "close");
	await stage.crew("title", "hide");
});

test("the desk: every command of the table, with the show's names; a refusal is said", async () => {
	await page.click("#desk details summary");
	const { paths } = JSON.parse((await http(stage, "GET", "/v1/openapi.json")).body);
	const offered = await page.$$eval("#command option", (options) => options.map(({ value }) => `/v1/${value}`));
	assert.deepEqual(offered, Object.keys(paths).filter((path) => path.startsWith("/v1/") && paths[path].post));
	await page.selectOption("#command", "scene/place");
	assert.deepEqual(await page.$$eval("#names-scene option", (options) => options.map(({ value }) => value)), ["stage", "close"]);
	await page.fill('#fields [name="scene"]', "close");
	await page.fill('#fields [name="source"]', "cam-c");
	await page.click("#any button");
	await says(/no source "cam-c".*cam-a/);
	await page.fill('#fields [name="source"]', "bars");
	await page.click("#any button");
	await says(/close: shows bars/);
	await stage.crew("scene", "remove", "close", "bars");
	await page.click("#desk details summary");
});

test("a page that is opened again needs no token; the page comes back to a server that was away", async () => {
	await page.reload();
	await page.waitForSelector('body[data-state="live"]', { timeout: 30000 });
	await stage.kill(stage.daemon);
	await page.waitForSelector('body[data-state="lost"]', { timeout: 30000 });
	await stage.start();
	await page.waitForSelector('body[data-state="live"]', { timeout: 60000 });
	await seesPicture("program", yellow);
	await screenshot(page, "crew-back");
});

test("the encoder rests when the last of the crew has left", async () => {
	assert.ok((await bus("crew")).picture.frames > 0);
	await page.goto("about:blank");
	await until("nobody to watch", async () => (await bus("crew")).peers === 0);
	await until("the encoder to rest", async () => {
		const before = (await bus("crew")).picture;
		await new Promise((done) => setTimeout(done, 500));
		const after = (await bus("crew")).picture;
		return after.kbps === 0 && after.frames === before.frames;
	});
});

test("a link with the token opens the page at once, and nothing of it stays in the address", async () => {
	const fresh = await watching.instance.newContext({ ignoreHTTPSErrors: true });
	const other = await fresh.newPage();
	await other.goto(`${stage.url}/crew#${token}`);
	await other.waitForSelector('body[data-state="live"]', { timeout: 30000 });
	assert.equal(await other.evaluate(() => location.hash), "");
	await fresh.close();
});
