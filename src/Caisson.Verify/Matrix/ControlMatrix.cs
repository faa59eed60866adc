using System.Globalization;
using System.Text;

namespace Caisson.Verify.Matrix;

/// <summary>Walls by controls, added up from cases.</summary>
public sealed class ControlMatrix(IReadOnlyList<CaseResult> results)
{
    /// <summary>The walls, in the order in which they were looked at.</summary>
    public IReadOnlyList<string> Walls { get; } = [.. results.Select(result => result.Wall).Distinct(StringComparer.Ordinal)];

    /// <summary>What a wall does about a control.</summary>
    public ControlState this[string wall, Control control]
    {
        get
        {
            var own = results.Where(result => result.Wall == wall && result.Case.Control == control).ToList();
            if (own.Count == 0)
                return ControlState.NotRun;
            if (own.Exists(result => result.Outcome == CaseOutcome.Failed))
                return ControlState.Failed;
            return own.TrueForAll(result => result.Outcome == CaseOutcome.NotAvailable) ? ControlState.NotAvailable : ControlState.Enforced;
        }
    }

    /// <summary>The matrix as a Markdown table, with the number of cases behind each cell.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append("| control | ").AppendJoin(" | ", Walls).AppendLine(" |");
        text.Append("|---|").AppendJoin("|", Walls.Select(_ => "---")).AppendLine("|");
        foreach (var control in Controls.All)
            text.Append("| ").Append(control.Name).Append(" | ").AppendJoin(" | ", Walls.Select(wall => Cell(wall, control))).AppendLine(" |");
        return text.ToString();
    }

    /// <summary>The words of a state.</summary>
    public static string Words(ControlState state) => state switch
    {
        ControlState.Enforced => "enforced",
        ControlState.NotAvailable => "not available",
        ControlState.Failed => "FAILED",
        _ => "not run",
    };

    private string Cell(string wall, Control control)
    {
        var own = results.Where(result => result.Wall == wall && result.Case.Control == control).ToList();
        var held = own.Count(result => result.Outcome == CaseOutcome.Holds);
        return own.Count == 0 ? Words(ControlState.NotRun) : string.Create(CultureInfo.InvariantCulture, $"{Words(this[wall, control])} ({held} of {own.Count})");
    }
}
