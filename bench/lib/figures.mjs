// SPDX-License-Identifier: EUPL-1.2
// Words of the command line, medians, and how figures are printed.

function refuse(why) {
	console.error(`bench: ${why}`);
	process.exit(2);
}

// { seconds, rounds, verbose, only } and what else the bench has a number for, with its own defaults. `parts`: what --only may name.
export function options(defaults = {}, parts = []) {
	const chosen = { seconds: 6, rounds: 2, verbose: false, ...defaults };
	const words = process.argv.slice(2);
	for (let i = 0; i < words.length; i++) {
		const number = Number(words[i + 1]);
		const key = words[i].replace(/^--/, "").replaceAll("-", "_");
		if (words[i] === "--verbose") chosen.verbose = true;
		else if (words[i] === "--only" && words[i + 1]) chosen.only = words[++i].split(",");
		else if (words[i].startsWith("--") && typeof chosen[key] === "number" && number > 0) (chosen[key] = number), i++;
		else {
			const numbers = Object.keys(chosen).filter((name) => typeof chosen[name] === "number");
			const known = numbers.map((name) => `--${name.replaceAll("_", "-")} N, `).join("");
			refuse(`not understood: ${words[i]} (${known}--only NAME,NAME, --verbose)`);
		}
	}
	const strange = chosen.only?.find((name) => !parts.includes(name));
	if (strange !== undefined) refuse(parts.length ? `--only: no "${strange}" (have: ${parts.join(", ")})` : "--only: this bench is of one part");
	return chosen;
}

export function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const rounded = (value, digits = 3) => (value === null || value === undefined ? null : Number(value.toFixed(digits)));

// Rows of words under a row of titles, the first column to the left.
export function table(titles, rows) {
	const all = [titles, ...rows.map((row) => row.map(String))];
	const widths = titles.map((_, column) => Math.max(...all.map((row) => row[column].length)));
	for (const row of all)
		console.log(row.map((word, column) => (column ? word.padStart(widths[column]) : word.padEnd(widths[column]))).join("  ").trimEnd());
}
