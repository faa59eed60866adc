namespace Caisson.Run.Tests.Ground;

/// <summary>Who runs <c>caisson run</c>.</summary>
public enum Caller
{
    Root,
    User,
}
