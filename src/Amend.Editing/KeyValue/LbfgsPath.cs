namespace Amend.Editing.KeyValue;

/// <summary>
/// The path of one change of a value by L-BFGS with two loops (Nocedal and Wright 2006, algorithm 7.4) inside a ball around 0, evaluation
/// by evaluation: where a point's loss is not low enough (Armijo's condition), the step is cut, and that point counted, too. A path that
/// stands still for some evaluations goes on with Adam from its best point, which crosses the plateaus that it stands on.
/// </summary>
internal sealed class LbfgsPath
{
    private const int Memory = 10;
    private const double Armijo = 1e-4;
    private const double Cut = 0.3;

    /// <summary>The first step and the longest behind it, in units of the value's norm.</summary>
    private const double FirstStep = 0.25;
    private const double LongestStep = 0.5;

    /// <summary>Evaluations without a loss that is lower by <see cref="Progress"/>, after which a path goes on with Adam.</summary>
    private const int Patience = 3;
    private const double Progress = 0.02;

    private readonly double _norm;
    private readonly double _radius;
    private readonly AdamPath _adam;
    private readonly List<(double[] Step, double[] Change)> _pairs = [];
    private double[] _at;
    private double[] _gradient = [];
    private double _loss = double.PositiveInfinity;
    private double[] _direction = [];
    private double _scale = 1;
    private double[] _asked;
    private double _toBeat = double.PositiveInfinity;
    private int _still;
    private double _bestLoss = double.PositiveInfinity;
    private double[] _bestGradient = [];

    /// <summary>Begins a path at 0.</summary>
    /// <param name="width">Numbers of the change.</param>
    /// <param name="norm">The norm of the value that is changed.</param>
    /// <param name="radius">The ball's radius.</param>
    /// <param name="rate">Adam's learning rate.</param>
    public LbfgsPath(int width, double norm, double radius, double rate)
    {
        (_norm, _radius, _adam) = (norm, radius, new AdamPath(width, rate));
        _at = new double[width];
        _asked = _at;
        Best = _at;
    }

    /// <summary>The point with the lowest loss that was evaluated.</summary>
    public double[] Best { get; private set; }

    /// <summary>Whether it goes on with Adam.</summary>
    public bool IsAdam { get; private set; }

    /// <summary>The next point to evaluate.</summary>
    /// <param name="loss">The loss at the point that was asked for last; at 0 the first time.</param>
    /// <param name="gradient">The gradient there.</param>
    public double[] Next(double loss, double[] gradient)
    {
        Note(loss, gradient);
        _still = loss < _toBeat ? 0 : _still + 1;
        if (_still == 0)
            _toBeat = loss * (1 - Progress);
        if (IsAdam)
            return _asked = Inside(_adam.Next(_asked, gradient));
        IsAdam = _still >= Patience;
        return _asked = IsAdam ? Inside(_adam.Next(Best, _bestGradient)) : Step(loss, gradient);
    }

    /// <summary>Ends the path.</summary>
    /// <param name="loss">The loss at the point that was asked for last.</param>
    /// <returns>The best point.</returns>
    public double[] End(double loss)
    {
        Note(loss, []);
        return Best;
    }

    private void Note(double loss, double[] gradient)
    {
        if (loss < _bestLoss)
            (_bestLoss, Best, _bestGradient) = (loss, _asked, gradient);
    }

    private double[] Step(double loss, double[] gradient)
    {
        var moved = Vectors.Difference(_asked, _at);
        var isFirst = double.IsInfinity(_loss);
        if (!isFirst && loss > _loss + (Armijo * Vectors.Dot(_gradient, moved)))
        {
            _scale *= Cut;
            return Inside(Vectors.Sum(_at, _direction, _scale));
        }

        if (!isFirst)
            Remember(moved, Vectors.Difference(gradient, _gradient));
        (_at, _loss, _gradient, _scale) = (_asked, loss, gradient, 1);
        _direction = Vectors.Shortened(Direction(), _norm * (isFirst ? FirstStep : LongestStep), lengthen: isFirst);
        return Inside(Vectors.Sum(_at, _direction, 1));
    }

    private void Remember(double[] step, double[] change)
    {
        // A pair without curvature would turn the direction uphill.
        if (Vectors.Dot(step, change) <= 1e-10 * Vectors.Dot(change, change))
            return;
        _pairs.Add((step, change));
        if (_pairs.Count > Memory)
            _pairs.RemoveAt(0);
    }

    /// <summary>−H g by the two loops; down the gradient where that is not downhill.</summary>
    private double[] Direction()
    {
        var q = Vectors.Scaled(_gradient, -1);
        var factors = new double[_pairs.Count];
        for (var i = _pairs.Count - 1; i >= 0; i--)
        {
            var (step, change) = _pairs[i];
            factors[i] = Vectors.Dot(step, q) / Vectors.Dot(step, change);
            q = Vectors.Sum(q, change, -factors[i]);
        }

        if (_pairs is [.., var (s, y)])
            q = Vectors.Scaled(q, Vectors.Dot(s, y) / Vectors.Dot(y, y));
        for (var i = 0; i < _pairs.Count; i++)
        {
            var (step, change) = _pairs[i];
            q = Vectors.Sum(q, step, factors[i] - (Vectors.Dot(change, q) / Vectors.Dot(step, change)));
        }

        if (Vectors.Dot(q, _gradient) < 0)
            return q;
        _pairs.Clear();
        return Vectors.Scaled(_gradient, -1);
    }

    private double[] Inside(double[] point) => Vectors.Shortened(point, _radius, lengthen: false);
}
