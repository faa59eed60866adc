namespace Caisson.Dialects.E2b.ControlPlane.Wire;

/// <summary>The body of timeout and connect calls, in seconds.</summary>
internal sealed class TimeoutRequest
{
    public int? Timeout { get; set; }

    public bool? Memory { get; set; }
}
