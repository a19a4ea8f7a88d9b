// SPDX-License-Identifier: EUPL-1.2
// What a browser shows: each picture's mark, and when it comes to the screen. Clocks of pages against CLOCK_MONOTONIC.
import { now } from "./stage.mjs";

// What to add to a page's performance.now() to have CLOCK_MONOTONIC in ms: every exchange bounds it from both sides. { offset, within }
export async function pageClock(page, exchanges = 40) {
	let least = -Infinity;
	let most = Infinity;
	for (let i = 0; i < exchanges; i++) {
		const before = now();
		const there = await page.evaluate(() => performance.now());
		least = Math.max(least, before - there);
		most = Math.min(most, now() - there);
	}
	return { offset: (least + most) / 2, within: (most - least) / 2 };
}

// In the page: reads each picture that `selector` shows into window.shown: { at (expected on the screen), presented, received, processing,
// mark (0.1 ms), number, maker, isFlash }. The mark is that of tests/tools/mark.h.
function readMarks(selector) {
	const video = document.querySelector(selector);
	const columns = 32;
	const rows = 2;
	const brush = new OffscreenCanvas(columns * 4, rows * 4 + 4).getContext("2d", { willReadFrequently: true });
	const shown = (window.shown = []);

	function bytes(data) {
		const found = new Uint8Array(8);
		for (let i = 0; i < columns * rows; i++) {
			let sum = 0;
			for (const y of [1, 2])
				for (const x of [1, 2]) sum += data[4 * ((Math.floor(i / columns) * 4 + y) * columns * 4 + (i % columns) * 4 + x) + 1];
			if (sum > 4 * 128) found[i >> 3] |= 0x80 >> (i & 7);
		}
		return found;
	}

	function crc16(found) {
		let crc = 0xffff;
		for (let i = 0; i < 48; i++) {
			const bit = (found[i >> 3] >> (7 - (i & 7))) & 1;
			crc = ((crc << 1) & 0xffff) ^ ((crc >> 15) ^ bit ? 0x1021 : 0);
		}
		return crc;
	}

	function look(time, about) {
		video.requestVideoFrameCallback(look);
		const side = video.videoWidth / columns;
		brush.drawImage(video, 0, 0, video.videoWidth, side * rows, 0, 0, columns * 4, rows * 4);
		brush.drawImage(video, video.videoWidth / 4, video.videoHeight * 0.75, 16, 16, 0, rows * 4, 4, 4);
		const { data } = brush.getImageData(0, 0, columns * 4, rows * 4 + 4);
		const found = bytes(data);
		const one = {
			at: about.expectedDisplayTime,
			presented: about.presentationTime,
			received: about.receiveTime,
			processing: about.processingDuration,
			isFlash: data[4 * (columns * 4 * (rows * 4 + 1) + 1) + 1] > 190,
		};
		if (crc16(found) === found[6] * 256 + found[7]) {
			one.mark = ((found[0] << 24) | (found[1] << 16) | (found[2] << 8) | found[3]) >>> 0;
			one.number = (found[4] << 4) | (found[5] >> 4);
			one.maker = found[5] & 15;
		}
		shown.push(one);
	}
	video.requestVideoFrameCallback(look);
}

// Starts to read; returns how to take what was seen since, with `age_ms` of each mark when it came to the screen, and `at_ms` monotonic.
export async function eyes(page, selector = "video") {
	const clock = await pageClock(page);
	await page.evaluate(readMarks, selector);
	return async () =>
		(await page.evaluate(() => window.shown.splice(0))).map((one) => ({
			...one,
			at_ms: one.at + clock.offset,
			received_ms: one.received + clock.offset,
			age_ms: one.mark === undefined ? undefined : age(one.mark, one.at + clock.offset),
			received_age_ms: one.mark === undefined || !one.received ? undefined : age(one.mark, one.received + clock.offset),
		}));
}

// Modulo 2^32 tenths of a millisecond.
function age(mark, monotonic_ms) {
	return ((Math.round(monotonic_ms * 10) - mark) | 0) / 10;
}

// Moments when the lower half turned white.
export function flashes(pictures, time = (picture) => picture.at_ms) {
	return pictures.filter((picture, i) => i > 0 && (picture.isFlash ?? picture.flash) && !(pictures[i - 1].isFlash ?? pictures[i - 1].flash)).map(time);
}
