using System.Text.Json.Serialization;

namespace Caisson.Engine.Rollouts;

/// <summary>How an execution ended and whose fault it is; whoever scores code must look at nothing else first.</summary>
public enum RolloutLabel
{
    /// <summary>Every step ended with exit code 0.</summary>
    Ok,

    /// <summary>The code failed by itself.</summary>
    Task,

    /// <summary>Caisson or the host failed, or the template lacks a program; it says nothing about the code.</summary>
    Infrastructure,

    /// <summary>The code failed after a connection of its was refused by a rule.</summary>
    Policy,

    /// <summary>A time limit ended it.</summary>
    Timeout,

    /// <summary>The memory limit ended it.</summary>
    [JsonStringEnumMemberName("oom")]
    OutOfMemory,

    /// <summary>The limit on output, disk or results ended it.</summary>
    Quota,
}
