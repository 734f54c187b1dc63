"""Writes every export, and holds xmllint's verdicts on the XML cases against those of the rules."""

import argparse
import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

CORPUS = pathlib.Path("corpus")
# The format, the file's ending, and what xmllint is told.
SCHEMAS = [("xsd", "xsd", "--schema"), ("relax-ng", "rng", "--relaxng")]


class Judge:
    def __init__(self, faultbook, folder):
        self.faultbook = faultbook
        self.folder = folder
        self.faults = []
        rules = json.loads(self.run("rules", "--format", "json"))
        self.errors = {rule["id"] for rule in rules["rules"] if rule["severity"] == "error"}

    def run(self, *arguments):
        command = [self.faultbook, *arguments]
        return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout

    def export(self, edition, form, ending):
        path = self.folder / f"{edition}.{ending}"
        self.run("catalog", "--edition", edition, "--format", form, "--output", str(path))
        return path

    def json(self, edition):
        """The exports for JSON: they are JSON, and say what they are of."""
        schema = json.loads(self.export(edition, "json-schema", "schema.json").read_bytes())
        openapi = json.loads(self.export(edition, "openapi", "openapi.json").read_bytes())
        ids = [schema["$id"], openapi["info"]["x-faultbook"]["id"]]
        if ids != [f"urn:faultbook:{edition}:error"] * 2:
            self.faults.append(f"{edition}: the exports are of {ids}")

    def judgements(self, edition, bodies):
        """What the rules say of each body where nothing is known of its status."""
        if not bodies:
            self.faults.append(f"{edition}: there are no bodies in XML")
            return {}
        paths = [str(body) for body in bodies]
        options = ["--edition", edition, "--format", "json", "--fail-on", "never", "--all"]
        report = json.loads(self.run("check", *options, *paths))
        found = {response["input"]: response for response in report["responses"]}
        if sorted(found) != sorted(paths):
            self.faults.append(f"{edition}: {len(found)} of {len(paths)} bodies were judged")
        return found

    def xml(self, edition, bodies):
        judgements = self.judgements(edition, bodies)
        for form, ending, option in SCHEMAS:
            schema = self.export(edition, form, ending)
            differences = read_differences(schema)
            shown = set()
            for path, judgement in judgements.items():
                self.compare(path, judgement, form, [option, str(schema)], differences, shown)
            for rule, side in sorted(set(differences) - shown):
                self.faults.append(f"{edition}: no case shows that the {form} {side} {rule}")
            print(f"{edition}: {len(judgements)} bodies judged by {form}, as the rules do")

    def compare(self, path, judgement, form, options, differences, shown):
        command = ["xmllint", "--noout", "--nonet", "--huge", *options, path]
        result = subprocess.run(command, stderr=subprocess.PIPE)
        # 0: valid, 1: not well-formed, 3 and 4: not valid. Anything else is trouble of its own.
        if result.returncode not in (0, 1, 3, 4):
            self.faults.append(f"{path}: xmllint ended with {result.returncode}")
            return
        accepts = result.returncode == 0
        rules = [finding["rule"] for finding in judgement["findings"]]
        broken = [rule for rule in rules if rule in self.errors]
        if accepts != bool(broken):
            return
        if accepts:
            side, reasons = "accepts", broken
        else:
            side, reasons = "refuses", list(rules)
            if judgement["verdict"] == "none":
                reasons.append("common/not-an-error-body")
        known = [(rule, side) for rule in reasons if (rule, side) in differences]
        if known:
            shown.update(known)
        else:
            said = result.stderr.decode("utf-8", "replace").splitlines()[:1]
            self.faults.append(f"{path}: the {form} {side} it, the rules: {rules}; {said}")


def read_differences(schema):
    """The rows that the schema prints of itself, whatever their namespace."""
    elements = ElementTree.parse(schema).iter()
    rows = [element for element in elements if element.tag.split("}")[-1] == "difference"]
    return [(row.attrib["rule"], row.attrib["schema"]) for row in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faultbook", required=True)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    judge = Judge(arguments.faultbook, arguments.folder)
    for path in sorted((CORPUS / "manifests").glob("*.json")):
        manifest = json.loads(path.read_bytes())
        if manifest["edition"] is None:
            continue
        # A case may be of another edition than its manifest.
        named = [case.get("edition") for case in manifest["cases"]]
        bodies = [case["body"] for case in manifest["cases"] if case["body"]]
        bodies = sorted({CORPUS / body for body in bodies if body.endswith(".xml")})
        for edition in sorted({manifest["edition"], *filter(None, named)}):
            judge.json(edition)
            # Other services have no XML; what is sent in their place is no error of theirs.
            if manifest["service"] == "ampache":
                judge.xml(edition, bodies)
    for fault in judge.faults:
        print(fault, file=sys.stderr)
    return 1 if judge.faults else 0


if __name__ == "__main__":
    sys.exit(main())
