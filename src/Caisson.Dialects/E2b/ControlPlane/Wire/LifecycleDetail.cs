namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed record LifecycleDetail(string OnTimeout, bool AutoResume);
