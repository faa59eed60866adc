namespace Caisson.Dialects.SweRex.Wire;

/// <summary>An exception by the path of its class in the client's language.</summary>
internal sealed record RaisedException(string Message, string ClassPath, IReadOnlyDictionary<string, string> ExtraInfo, string Traceback = "");
