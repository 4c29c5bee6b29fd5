// The paper's story in seven steps; each sets the page up.
export const tour = [
  ["Ten labels", "Here are two moons: class A (discs) and class B (triangles). Ten points have labels. The small grey squares are points without one. " +
    "The network has to colour the whole plane: green where it would say A, pink where it would say B. The black line is the border between " +
    "the two answers. At step 0 its weights are random, and so is its border.", { step: 0 }],
  ["Play", "Press Play. In each step the network sees the ten labelled points and ten new grey ones, and its synapses change a little. On the left the border " +
    "bends around the moons. The number above each plane tells how many of 500 new points it gets right.", { step: 0 }],
  ["What a synapse knows", "On the left no one tells a synapse how to change. It knows only what its two neurons hold. Point at a neuron in the drawing of the " +
    "network: it hears three signals, from below (z), from above (z̄) and from its neighbours (z̿), asks a small rule that all neurons share, " +
    "and answers with seven numbers. A synapse moves by the product of one number of each of its two neurons.", { step: 25 }],
  ["The other way", "On the right the usual method, backpropagation, works out for every synapse how the error would change with it. A brain has no wires for that. " +
    "It uses the ten labels only, and soon it knows them by heart: its training loss is much lower. Still it is worse on new points.", { step: 50, kind: "adam", size: 0.1 }],
  ["Without the grey points", "What is it that the rule takes from points that nobody labelled? Here they are gone. The border still bends, since the rule has " +
    "met many moons, but more new points are on its wrong side. Press the button “What happens without the unlabelled points?” to have them back, and again to take them away.", { step: 50, without: true }],
  ["Cut the feedback", "Now the wires that bring news down from the output are cut: z̄ is zero in the hidden layer. What is left to the hidden neurons is what " +
    "they see and what their neighbours do. Without news from above the rule is hardly better than backprop, here.", { step: 50, cut: true }],
  ["A task it never met", "This rule was found on two moons alone, by improving it through thousands of such lives. Here are two clouds of points, which it never met. " +
    "Try other seeds: often it wins, now and then backprop does. Then drag a point, draw your own, or choose the rule “general”.",
    { family: "two_gaussians", step: 50 }],
];
