namespace Caisson.Dialects.SweRex.Wire;

/// <summary>Whether the sandbox is there, and if not, why.</summary>
internal sealed record IsAlive([property: System.Text.Json.Serialization.JsonPropertyName("is_alive")] bool Alive, string Message = "");
