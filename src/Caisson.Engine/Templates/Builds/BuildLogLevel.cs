namespace Caisson.Engine.Templates.Builds;

/// <summary>How much a line of a build's log matters, least first.</summary>
public enum BuildLogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}
