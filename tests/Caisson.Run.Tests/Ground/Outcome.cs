using System.Text;

namespace Caisson.Run.Tests.Ground;

/// <summary>How a program ended and what it wrote.</summary>
public sealed record Outcome(int Code, byte[] Output, string Error, TimeSpan Time)
{
    public string Text => Encoding.UTF8.GetString(Output).TrimEnd('\n');

    /// <summary>All of it, for the message of a failed assertion.</summary>
    public override string ToString() => $"code {Code} after {Time.TotalSeconds:0.0} s\n{Text[..Math.Min(Text.Length, 3000)]}\n--\n{Error}";

    /// <summary>The text of a run that went well.</summary>
    public string Succeeded()
    {
        Assert.True(Code == 0, ToString());
        return Text;
    }
}
