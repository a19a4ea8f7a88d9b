// SPDX-License-Identifier: EUPL-1.2
// Reads OpenMetrics 1.0 text, strictly: whatever the format's rules forbid is an error, with its line.
import assert from "node:assert/strict";

const suffixes = {
	gauge: [""],
	counter: ["_total"],
	histogram: ["_bucket", "_count", "_sum"],
	info: ["_info"],
	stateset: [""],
};

// `a="b",c="d"` with its escapes, as an object.
function readLabels(text, line) {
	const labels = {};
	let rest = text;
	while (rest) {
		const [all, name, value] = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=.)|$)/.exec(rest) ?? [];
		assert.ok(all, `labels of: ${line}`);
		assert.ok(!(name in labels), `a label twice: ${line}`);
		labels[name] = value.replace(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
		rest = rest.slice(all.length);
	}
	return labels;
}

function readSample(line, family) {
	const [, name, labels, value] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)$/.exec(line) ?? [];
	assert.ok(name, `no sample: ${line}`);
	assert.ok(family, `a sample before any family: ${line}`);
	const suffix = name.slice(family.name.length);
	assert.ok(name.startsWith(family.name) && suffixes[family.type].includes(suffix), `not of family ${family.name}: ${line}`);
	assert.match(value, /^-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?$/, line);
	const sample = { suffix, labels: readLabels(labels ?? "", line), value: Number(value) };
	if (family.type === "counter" || family.type === "histogram") assert.ok(sample.value >= 0, line);
	if (family.type === "info") assert.equal(sample.value, 1, line);
	if (family.type === "stateset") assert.ok([0, 1].includes(sample.value) && family.name in sample.labels, line);
	return sample;
}

const without = ({ le, ...labels }) => JSON.stringify(labels);

// Buckets in order of their limits, never fewer than before, the last one all of them.
function checkHistograms(family) {
	for (const { labels, value } of family.samples.filter(({ suffix }) => suffix === "_count")) {
		const buckets = family.samples.filter((one) => one.suffix === "_bucket" && without(one.labels) === without(labels));
		const limits = buckets.map((one) => (one.labels.le === "+Inf" ? Infinity : Number(one.labels.le)));
		assert.ok(limits.every((limit, i) => i === 0 || limit > limits[i - 1]), `${family.name}: limits ${limits}`);
		assert.ok(buckets.every((one, i) => i === 0 || one.value >= buckets[i - 1].value), `${family.name}: buckets shrink`);
		assert.equal(limits.at(-1), Infinity);
		assert.equal(buckets.at(-1).value, value, `${family.name}: +Inf is not the count`);
	}
}

// A Map from the family's name to { type, unit, help, samples: [{ suffix, labels, value }] }.
export function readMetrics(text) {
	const families = new Map();
	const seen = new Set();
	const lines = text.split("\n");
	let family;
	assert.equal(lines.pop(), "", "the last line has no end");
	assert.equal(lines.pop(), "# EOF");
	for (const line of lines) {
		const [, word, name, rest] = /^# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line) ?? [];
		if (word === "TYPE") {
			assert.ok(!families.has(name), `a family twice: ${line}`);
			assert.ok(rest in suffixes, line);
			family = { name, type: rest, unit: "", help: "", samples: [] };
			families.set(name, family);
		} else if (word) {
			assert.ok(name === family?.name && !family.samples.length && !family[word.toLowerCase()], line);
			family[word.toLowerCase()] = rest;
			if (word === "UNIT") assert.ok(name.endsWith(`_${rest}`), line);
		} else {
			const sample = readSample(line, family);
			const series = line.slice(0, line.lastIndexOf(" "));
			assert.ok(!seen.has(series), `a series twice: ${series}`);
			seen.add(series);
			family.samples.push(sample);
		}
	}
	for (const one of families.values()) {
		assert.ok(one.help, `no help: ${one.name}`);
		if (one.type === "histogram") checkHistograms(one);
	}
	return families;
}
