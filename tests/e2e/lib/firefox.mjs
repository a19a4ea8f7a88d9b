// SPDX-License-Identifier: EUPL-1.2
// Debian's own Firefox, driven by WebDriver BiDi. Its fake devices are a picture and a tone of 1000 Hz. It comes without OpenH264, so
// it neither sends nor plays H.264 here.
import puppeteer from "puppeteer-core";
import { networkInterfaces } from "node:os";
import { rtpStats } from "./people.mjs";

export const tone = 1000;

const prefs = {
	"media.navigator.streams.fake": true,
	"media.navigator.permission.disabled": true,
	"media.autoplay.default": 0, // allowed
	"media.gmp-manager.updateEnabled": false,
};

export async function firefox() {
	const instance = await puppeteer.launch({
		browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true, acceptInsecureCerts: true, extraPrefsFirefox: prefs,
	});
	return { page: () => instance.newPage(), close: () => instance.close() };
}

// An address of this machine that Firefox calls: it never calls 127.0.0.1. Undefined where there is only that.
export const ownAddress = () =>
	Object.values(networkInterfaces()).flat().find(({ internal, family }) => !internal && family === "IPv4")?.address;

// A page as the instruments that were made for Chromium's contexts take it.
export const asContext = (page) => ({ addInitScript: (script, value) => page.evaluateOnNewDocument(script, value) });

// All the sound that has arrived by now, as energy (W3C webrtc-stats: totalAudioEnergy): silence adds none. Without a sound card Firefox
// runs no AudioContext, so frequencies cannot be told apart.
export const energyHeard = async (page) =>
	(await rtpStats(page)).reduce((energy, { kind, totalAudioEnergy }) => energy + (kind === "audio" ? (totalAudioEnergy ?? 0) : 0), 0);
