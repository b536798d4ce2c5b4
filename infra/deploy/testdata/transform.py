"""Prints what AWS::Serverless-2016-10-31 makes of the template on standard input, in JSON, as CloudFormation would see it."""

import json
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """The template names none, so that IAM need not be asked for their list."""

    def load(self):
        return {}


template = yaml_parse(sys.stdin.read())
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        resource["Properties"]["CodeUri"] = "s3://bucket/key"  # as "sam package" does
json.dump(transform(template, {}, NoManagedPolicies()), sys.stdout)
