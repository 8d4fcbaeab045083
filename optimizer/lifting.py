"""Rules that a scenario can lift, by the names that they have in the results: floor[1], requires[1.10,1.02], at most[Pilots]."""

from __future__ import annotations

from dataclasses import replace

from optimizer.plan import Component, Coverage, Group, Link, Plan


def liftable(plan: Plan) -> list[str]:
    """The keys of minima, maxima, links, groups, coverage, and limits of changes that the plan states."""
    keys = [_floor(component) for component in plan.components if component.minimum is not None]
    keys += [_ceiling(component) for component in plan.components if component.maximum is not None]
    keys += [*map(_requires, plan.links), *map(_group, plan.groups), *map(_coverage, plan.coverage)]
    keys += ["changes"] if plan.allowed_changes is not None else []
    return keys + (["drops"] if plan.allowed_drops is not None else [])


def without(plan: Plan, key: str) -> Plan:
    """The plan without the rule of that key."""
    return replace(
        plan,
        components=tuple(
            replace(
                component,
                minimum=None if _floor(component) == key else component.minimum,
                maximum=None if _ceiling(component) == key else component.maximum,
            )
            for component in plan.components
        ),
        links=tuple(link for link in plan.links if _requires(link) != key),
        groups=tuple(group for group in plan.groups if _group(group) != key),
        coverage=tuple(target for target in plan.coverage if _coverage(target) != key),
        allowed_changes=None if key == "changes" else plan.allowed_changes,
        allowed_drops=None if key == "drops" else plan.allowed_drops,
    )


def _floor(component: Component) -> str:
    return f"floor[{component.id}]"


def _ceiling(component: Component) -> str:
    return f"ceiling[{component.id}]"


def _requires(link: Link) -> str:
    return f"requires[{link.output},{link.requires}]"


def _group(group: Group) -> str:
    return f"{'at most' if group.at_most else 'at least'}[{group.name}]"


def _coverage(target: Coverage) -> str:
    return f"coverage[{target.tag_column}:{target.tag}]"
