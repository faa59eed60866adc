namespace Caisson.Connect.Tests;

/// <summary>The wire form of google.protobuf.Api's first fields, which the client knows without generated code.</summary>
internal sealed class Word
{
    public string? Name { get; set; }

    public string? Version { get; set; }
}
