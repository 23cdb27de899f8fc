"""Starts servers one after another, drives them with wrk, and reports what it measured."""
